"""Is this text an address of that coin and network, and may money be sent to it? Pure: no Django, no node, no clock.

`valid` is what the coin's own node says (Litecoin Core 0.21.5, Bitcoin Cash Node 28); `payable` is narrower: an MWEB
address needs a peg-in that a plain transaction cannot do, and outputs of unknown witness versions can be taken by
anybody. Nothing is trimmed or repaired: a text that differs in one character is another text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tagwork.payouts.rails.codecs import (
    decode_base58check,
    decode_cashaddr,
    decode_segwit,
    decode_stealth,
    encode_base58check,
    encode_cashaddr,
    encode_stealth,
)

COINS = ("ltc", "bch")
NETWORKS: Mapping[str, str] = MappingProxyType(
    {"main": "main", "mainnet": "main", "test": "test", "testnet": "test", "regtest": "regtest"}
)
COIN_NAMES: Mapping[str, str] = MappingProxyType({"ltc": "Litecoin", "bch": "Bitcoin Cash"})
NETWORK_NAMES: Mapping[str, str] = MappingProxyType(
    {"main": "the main network", "test": "the test network", "regtest": "a private test network"}
)


@dataclass(frozen=True, slots=True)
class Warning:
    """`code` is stable and for programs; `says`, filled with `values`, is for the person who pasted the address."""

    code: str
    says: str
    values: Mapping[str, str]

    @property
    def text(self) -> str:
        """In English. Whoever speaks another language translates `says` first."""
        return self.says.format(**self.values)


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What is known about `address`; `normalized`, `kind` and `script_hex` are None when it is not valid.

    `script_hex` is the output script a payment would carry, None where no plain output can pay it: two texts with one
    script are one destination, however they are written.
    """

    coin: str
    network: str
    address: str
    valid: bool
    payable: bool
    normalized: str | None
    kind: str | None
    script_hex: str | None
    warnings: tuple[Warning, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: str
    normalized: str
    script: bytes | None
    warnings: tuple[Warning, ...] = ()


# Litecoin, Base58 version byte -> (kind, version byte of the form shown today). 0x05 and 0xc4 are the old script
# addresses, letter for letter what Bitcoin uses; Litecoin moved to M… and Q… for that reason.
_LTC_BASE58: Mapping[str, Mapping[int, tuple[str, int]]] = {
    "main": {0x30: ("p2pkh", 0x30), 0x32: ("p2sh", 0x32), 0x05: ("p2sh", 0x32)},
    "test": {0x6F: ("p2pkh", 0x6F), 0x3A: ("p2sh", 0x3A), 0xC4: ("p2sh", 0x3A)},
    "regtest": {0x6F: ("p2pkh", 0x6F), 0x3A: ("p2sh", 0x3A), 0xC4: ("p2sh", 0x3A)},
}
_LTC_SEGWIT = {"main": "ltc", "test": "tltc", "regtest": "rltc"}
_LTC_STEALTH = {"main": "ltcmweb", "test": "tmweb", "regtest": "tmweb"}
_LTC_WITNESS_KINDS = {(0, 20): "p2wpkh", (0, 32): "p2wsh", (1, 32): "p2tr"}

# Bitcoin Cash, Base58 (version byte, payload length) -> (kind, CashAddr version byte of the same script).
_BCH_SCRIPT_HASHES = {(0x05, 20): ("legacy_p2sh20", 0x08), (0x05, 32): ("legacy_p2sh32", 0x0B)}
_BCH_TEST_SCRIPT_HASHES = {(0xC4, 20): ("legacy_p2sh20", 0x08), (0xC4, 32): ("legacy_p2sh32", 0x0B)}
_BCH_BASE58: Mapping[str, Mapping[tuple[int, int], tuple[str, int]]] = {
    "main": {(0x00, 20): ("legacy_p2pkh", 0x00), **_BCH_SCRIPT_HASHES},
    "test": {(0x6F, 20): ("legacy_p2pkh", 0x00), **_BCH_TEST_SCRIPT_HASHES},
    "regtest": {(0x6F, 20): ("legacy_p2pkh", 0x00), **_BCH_TEST_SCRIPT_HASHES},
}
_BCH_PREFIX = {"main": "bitcoincash", "test": "bchtest", "regtest": "bchreg"}
_BCH_KINDS = {
    (0x00, 20): "p2pkh",
    (0x08, 20): "p2sh20",
    (0x0B, 32): "p2sh32",
    (0x10, 20): "token_p2pkh",
    (0x18, 20): "token_p2sh20",
    (0x1B, 32): "token_p2sh32",
}
_UNPAYABLE_KINDS = frozenset({"mweb", "witness_unknown"})

# Wallet import format: 32 bytes, or 33 when the public key is compressed; main Bitcoin (Cash), Litecoin, test networks.
_PRIVATE_KEY_VERSIONS = frozenset({0x80, 0xB0, 0xEF})

_WARNING_TEXTS = {
    "looks_like_bitcoin": (
        "A Bitcoin address is written the same way. Make sure that your wallet shows this one for {coin}."
    ),
    "legacy_format": "This is the old way of writing it. We keep it as {normalized}; compare that with your wallet.",
    "mweb": "This is a private MWEB address. We cannot pay to it yet; give one that starts with ltc1, L or M.",
    "witness_unknown": "This address is of a version that is not in use yet; anybody could take money sent to it.",
    "private_key": "This is a private key, not an address. Whoever sees it can take your coins: never show it.",
    "surrounding_space": "There is a space or line break in the text. Copy the address again without it.",
    "wrong_network": "This is a {coin} address, but of {other}; here {network} is used.",
    "other_coin": "This is not a {coin} address: it belongs to {other}.",
}


def _warning(code: str, **values: str) -> Warning:
    return Warning(code, _WARNING_TEXTS[code], values)


def _p2pkh(digest: bytes) -> bytes:
    return b"\x76\xa9\x14" + digest + b"\x88\xac"


def _p2sh(digest: bytes) -> bytes:
    # HASH160 for 20 bytes; HASH256 for the 32-byte form of Bitcoin Cash (CHIP 2022-05 P2SH32)
    return (b"\xa9\x14" if len(digest) == 20 else b"\xaa\x20") + digest + b"\x87"


def _hash_script(kind: str, digest: bytes) -> bytes:
    return _p2pkh(digest) if kind.endswith("p2pkh") else _p2sh(digest)


def _read_ltc(network: str, text: str) -> _Reading | None:
    base58 = decode_base58check(text)
    if base58 is not None:
        version, payload = base58
        known = _LTC_BASE58[network].get(version)
        if known is None or len(payload) != 20:
            return None
        kind, shown_version = known
        # An old script address is kept in the new form; its text is a Bitcoin address too.
        warnings = () if version == shown_version else (_warning("looks_like_bitcoin", coin="Litecoin"),)
        return _Reading(kind, encode_base58check(shown_version, payload), _hash_script(kind, payload), warnings)
    witness = decode_segwit(_LTC_SEGWIT[network], text)
    if witness is not None:
        version, program = witness
        kind = _LTC_WITNESS_KINDS.get((version, len(program)), "witness_unknown")
        opcode = 0 if version == 0 else 0x50 + version
        warnings = (_warning("witness_unknown"),) if kind == "witness_unknown" else ()
        return _Reading(kind, text.lower(), bytes([opcode, len(program)]) + program, warnings)
    keys = decode_stealth(_LTC_STEALTH[network], text)
    if keys is not None:
        return _Reading("mweb", encode_stealth(_LTC_STEALTH[network], keys), None, (_warning("mweb"),))
    return None


def _read_bch(network: str, text: str) -> _Reading | None:
    base58 = decode_base58check(text)
    if base58 is not None:
        version, payload = base58
        known = _BCH_BASE58[network].get((version, len(payload)))
        if known is None:
            return None
        kind, cashaddr_version = known
        normalized = encode_cashaddr(_BCH_PREFIX[network], cashaddr_version, payload)
        warnings = (
            _warning("looks_like_bitcoin", coin="Bitcoin Cash"),
            _warning("legacy_format", normalized=normalized),
        )
        return _Reading(kind, normalized, _hash_script(kind, payload), warnings)
    cash = decode_cashaddr(_BCH_PREFIX[network], text)
    if cash is None:
        return None
    version, payload = cash
    cash_kind = _BCH_KINDS.get((version, len(payload)))
    if cash_kind is None:
        return None
    return _Reading(
        cash_kind, encode_cashaddr(_BCH_PREFIX[network], version, payload), _hash_script(cash_kind, payload)
    )


_READERS = {"ltc": _read_ltc, "bch": _read_bch}


def _is_bitcoin(text: str) -> bool:
    base58 = decode_base58check(text)
    if base58 is not None:
        return base58[0] in (0x00, 0x05, 0x6F, 0xC4) and len(base58[1]) == 20
    return any(decode_segwit(prefix, text) is not None for prefix in ("bc", "tb", "bcrt"))


def _hints(coin: str, network: str, text: str) -> Iterator[Warning]:
    """Why a text that is no address here may have been pasted."""
    base58 = decode_base58check(text)
    if base58 is not None and base58[0] in _PRIVATE_KEY_VERSIONS and len(base58[1]) in (32, 33):
        yield _warning("private_key")
        return
    if any(letter.isspace() for letter in text):
        yield _warning("surrounding_space")
    for other in ("main", "test", "regtest"):
        if _READERS[coin](other, text) is not None:
            values = {"coin": COIN_NAMES[coin], "other": NETWORK_NAMES[other], "network": NETWORK_NAMES[network]}
            yield _warning("wrong_network", **values)
            return
    for other_coin in COINS:
        if other_coin != coin and any(_READERS[other_coin](name, text) is not None for name in _BCH_PREFIX):
            yield _warning("other_coin", coin=COIN_NAMES[coin], other=COIN_NAMES[other_coin])
            return
    if _is_bitcoin(text):
        yield _warning("other_coin", coin=COIN_NAMES[coin], other="Bitcoin")


def check_address(coin: str, network: str, address: str) -> AddressCheck:
    """Judges `address` as it stands. `coin` is ltc or bch, `network` main, test or regtest (or mainnet, testnet), in
    any case; ValueError names an unknown one. Litecoin `3…` normalises to `M…`, Bitcoin Cash to CashAddr with prefix.
    """
    known_coin = coin.lower()
    if known_coin not in COINS:
        raise ValueError(f"unknown coin {coin!r}: use ltc or bch")
    known_network = NETWORKS.get(network.lower())
    if known_network is None:
        raise ValueError(f"unknown network {network!r}: use main, test or regtest")
    reading = _READERS[known_coin](known_network, address)
    if reading is None:
        hints = tuple(_hints(known_coin, known_network, address))
        return AddressCheck(known_coin, known_network, address, False, False, None, None, None, hints)
    payable = reading.kind not in _UNPAYABLE_KINDS
    return AddressCheck(
        coin=known_coin,
        network=known_network,
        address=address,
        valid=True,
        payable=payable,
        normalized=reading.normalized,
        kind=reading.kind,
        script_hex=reading.script.hex() if payable and reading.script is not None else None,
        warnings=reading.warnings,
    )
