"""Text to bytes and back for the three address encodings, on bip_utils; nothing here knows a coin.

Base58Check (Bitcoin), Bech32 and Bech32m (BIP 173, BIP 350), CashAddr (bitcoincashorg, spec/cashaddr.md).
Every `decode_…` answers None for a text that is not well formed.
"""

import importlib.util
import sys

# bip_utils' own __init__ imports every coin it knows: 0.6 s. `tagwork address` must start in half a second, and these
# two folders need none of it, so they are loaded with the package's __init__ left out (0.2 s); afterwards the name is
# free again and whoever imports bip_utils gets the whole of it.
_spec = importlib.util.find_spec("bip_utils")
assert _spec is not None
_is_loaded = "bip_utils" in sys.modules
if not _is_loaded:
    sys.modules["bip_utils"] = importlib.util.module_from_spec(_spec)
try:
    from bip_utils.base58 import Base58ChecksumError, Base58Decoder, Base58Encoder
    from bip_utils.bech32 import (
        BchBech32Decoder,
        BchBech32Encoder,
        Bech32ChecksumError,
        SegwitBech32Decoder,
        SegwitBech32Encoder,
    )
    from bip_utils.bech32.bech32 import Bech32Encodings, Bech32Utils
    from bip_utils.bech32.bech32_base import Bech32BaseUtils
finally:
    if not _is_loaded:
        del sys.modules["bip_utils"]

# The longest address, MWEB on main, has 118 characters; Base58 decoding is quadratic, so longer texts end here.
LONGEST_TEXT = 200

_MALFORMED = (ValueError, IndexError, Base58ChecksumError, Bech32ChecksumError)


def _is_candidate(text: str) -> bool:
    # Only ASCII: str.lower() turns the Kelvin sign into k, which no node does.
    return 0 < len(text) <= LONGEST_TEXT and text.isascii()


def decode_base58check(text: str) -> tuple[int, bytes] | None:
    """Version byte and payload."""
    if not _is_candidate(text):
        return None
    try:
        decoded: bytes = Base58Decoder.CheckDecode(text)
    except _MALFORMED:
        return None
    return (decoded[0], decoded[1:]) if decoded else None


def encode_base58check(version: int, payload: bytes) -> str:
    text: str = Base58Encoder.CheckEncode(bytes([version]) + payload)
    return text


def decode_segwit(prefix: str, text: str) -> tuple[int, bytes] | None:
    """Witness version 0 to 16 and program (2 to 40 bytes; 20 or 32 for version 0)."""
    if not _is_candidate(text):
        return None
    try:
        version, program = SegwitBech32Decoder.Decode(prefix, text)
    except _MALFORMED:
        return None
    return version, program


class _LongDecoder(SegwitBech32Decoder):  # type: ignore[misc]
    """The alphabet of SegWit, but the payload of a stealth address is longer than any witness program, and its checksum
    is Bech32's whatever the version."""

    @classmethod
    def symbols(cls, text: str) -> tuple[str, list[int]]:
        prefix, symbols = cls._DecodeBech32(text, "1", 6)
        return prefix, symbols

    @staticmethod
    def _VerifyChecksum(hrp: str, data: list[int]) -> bool:
        return bool(Bech32Utils.VerifyChecksum(hrp, data, Bech32Encodings.BECH32))


class _LongEncoder(SegwitBech32Encoder):  # type: ignore[misc]
    @classmethod
    def text(cls, prefix: str, symbols: list[int]) -> str:
        written: str = cls._EncodeBech32(prefix, symbols, "1")
        return written


def encode_stealth(prefix: str, keys: bytes) -> str:
    """Version 0, as the node writes every MWEB address."""
    return _LongEncoder.text(prefix, [0, *Bech32BaseUtils.ConvertToBase32(list(keys))])


def decode_stealth(prefix: str, text: str) -> bytes | None:
    """The 66 bytes (scan key and spend key) of an MWEB address (LIP 4). Its version is not looked at: Litecoin Core
    passes over it (key_io.cpp) and shows the address again with version 0."""
    if not _is_candidate(text):
        return None
    try:
        given, symbols = _LongDecoder.symbols(text)
        keys = bytes(Bech32BaseUtils.ConvertFromBase32(symbols[1:]))
    except _MALFORMED:
        return None
    return keys if given == prefix and len(keys) == 66 else None


def decode_cashaddr(prefix: str, text: str) -> tuple[int, bytes] | None:
    """Version byte and hash; the prefix may be left out, but the checksum covers it all the same."""
    if not _is_candidate(text) or (text != text.lower() and text != text.upper()):
        return None
    lowered = text.lower()
    if ":" not in lowered:
        lowered = f"{prefix}:{lowered}"
    if lowered.count(":") != 1:
        return None
    try:
        version, payload = BchBech32Decoder.Decode(prefix, lowered)
    except _MALFORMED:
        return None
    return version[0], payload


def encode_cashaddr(prefix: str, version: int, payload: bytes) -> str:
    text: str = BchBech32Encoder.Encode(prefix, bytes([version]), payload)
    return text
