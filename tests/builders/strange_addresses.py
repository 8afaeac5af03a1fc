"""Addresses that nobody has written down: made of every version, length and prefix, sound and damaged, from one seed.

The encoders are written here once more, from BIP 173, BIP 350 and bitcoincashorg's cashaddr.md, so that a fault of the
product's library shows.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_ONE, BECH32M = 1, 0x2BC830A3
SEGWIT_PREFIXES = ("ltc", "tltc", "rltc", "bc", "tb", "bcrt")
STEALTH_PREFIXES = ("ltcmweb", "tmweb")
CASH_PREFIXES = ("bitcoincash", "bchtest", "bchreg")
# The lengths of hashes that a CashAddr's version byte can name, by its last three bits.
CASH_LENGTHS = (20, 24, 28, 32, 40, 48, 56, 64)


def base58check(version: int, payload: bytes) -> str:
    raw = bytes([version]) + payload
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw), ""
    while number:
        number, left = divmod(number, 58)
        text = BASE58[left] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def fives(raw: bytes, padding: int = 0) -> list[int]:
    """Groups of five bits; the last is filled up with `padding`'s lowest bits."""
    bits = "".join(f"{byte:08b}" for byte in raw)
    short = -len(bits) % 5
    bits += f"{padding & ((1 << short) - 1):0{short}b}" if short else ""
    return [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]


def bech32(prefix: str, values: Sequence[int], constant: int) -> str:
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = 1
    for value in [*expanded, *values, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for number, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> number & 1 else 0
    check ^= constant
    return f"{prefix}1" + "".join(BECH32[one] for one in [*values, *(check >> 5 * (5 - at) & 31 for at in range(6))])


def cashaddr(prefix: str, values: Sequence[int]) -> str:
    check = 1
    for value in [*(ord(letter) & 31 for letter in prefix), 0, *values, 0, 0, 0, 0, 0, 0, 0, 0]:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        generators = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
        for number, generator in enumerate(generators):
            check ^= generator if top >> number & 1 else 0
    check ^= 1
    return f"{prefix}:" + "".join(BECH32[one] for one in [*values, *(check >> 5 * (7 - at) & 31 for at in range(8))])


def _segwit(chooser: random.Random) -> str:
    version, length = chooser.choice((*(0, 1) * 6, *range(18), 31)), chooser.choice((*(20, 32) * 12, *range(43)))
    constant = chooser.choice((BECH32M if version else BECH32_ONE, BECH32_ONE, BECH32M))
    padding = chooser.choice((0, 0, 0, 31))
    prefix = chooser.choice(("ltc", "tltc", "rltc", *SEGWIT_PREFIXES))
    return bech32(prefix, [version, *fives(chooser.randbytes(length), padding)], constant)


def _stealth(chooser: random.Random) -> str:
    # Two points of the curve, compressed: often with a first byte as it must be.
    keys = b"".join(bytes([chooser.choice((2, 3, 2, 3, 4, 0))]) + chooser.randbytes(32) for _ in range(2))
    keys = chooser.choice((keys, keys, keys, keys[:-1], keys + b"\2"))
    version, constant = chooser.choice((0, 0, 0, 1, 16)), chooser.choice((BECH32_ONE, BECH32_ONE, BECH32M))
    prefix = chooser.choice((*STEALTH_PREFIXES, "ltc", "rmweb", "mweb"))
    return bech32(prefix, [version, *fives(keys, chooser.choice((0, 0, 1)))], constant)


def _litecoin_base58(chooser: random.Random) -> str:
    version = chooser.choice((0x30, 0x32, 0x05, 0x6F, 0x3A, 0xC4, chooser.randrange(256)))
    return base58check(version, chooser.randbytes(chooser.choice((20, 20, 20, 0, 19, 21, 32, 33))))


def _cash(chooser: random.Random) -> str:
    version = chooser.choice((0x00, 0x08, 0x0B, 0x10, 0x18, 0x1B, chooser.randrange(256)))
    length = chooser.choice((CASH_LENGTHS[version & 7],) * 4 + (20, 32, 0, 19, 21, 64))
    values = fives(bytes([version]) + chooser.randbytes(length), chooser.choice((0, 0, 0, 0, 31)))
    prefix = chooser.choice((*CASH_PREFIXES, *CASH_PREFIXES, "bitcoin", "simpleledger", "bchreg1", ""))
    text = cashaddr(prefix, values)
    other = f"{chooser.choice(CASH_PREFIXES)}:{text.partition(':')[2]}"
    return chooser.choice((text, text, text, text.partition(":")[2], other))


def _cash_base58(chooser: random.Random) -> str:
    version = chooser.choice((0x00, 0x05, 0x6F, 0xC4, chooser.randrange(256)))
    return base58check(version, chooser.randbytes(chooser.choice((20, 20, 20, 32, 0, 19, 21, 33))))


def _damaged(chooser: random.Random, text: str) -> str:
    """One of the ways in which a text suffers on its way through people and programs."""
    at = chooser.randrange(len(text)) if text else 0
    letter = chooser.choice(BASE58 + BECH32 + ":0OIl1 \tKſ\u200b")
    half = len(text) // 2
    return chooser.choice(
        (
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
            text[:at] + text[at : at + 1].swapcase() + text[at + 1 :],
            text[:half].upper() + text[half:],
            text.swapcase(),
            text[:-1] + "q" + text[-1:],  # the known weakness of Bech32: a q before a final p
            text[:at],
            text + text,
            f" {text}",
            f"{text}\n",
            text.replace(":", "::"),
            text.replace(":", ""),
        )
    )


_MAKERS = {
    "ltc": (_segwit, _segwit, _stealth, _litecoin_base58),
    "bch": (_cash, _cash, _cash_base58),
}


def strange_addresses(coin: str, count: int, seed: int) -> Iterator[str]:
    """Half of them as made, of which about a half is sound; a quarter in capitals or damaged, as `seed` says."""
    chooser = random.Random(f"{coin} {seed}")
    for _ in range(count):
        text = chooser.choice(_MAKERS[coin])(chooser)
        yield chooser.choice((text, text, text.upper(), _damaged(chooser, text)))
