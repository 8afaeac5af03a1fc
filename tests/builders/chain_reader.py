"""An independent reader of the chain: raw blocks, parsed here, sharing no line with the product."""

import hashlib
import struct
from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PaidOutput:
    txid: str
    position: int
    script_hex: str
    units: int


def outputs_on_chain(rpc: Any) -> list[PaidOutput]:
    """Every output of every transaction but the coinbases, in the node's best chain."""
    found = []
    for height in range(1, rpc("getblockcount") + 1):
        raw = bytes.fromhex(rpc("getblock", rpc("getblockhash", height), 0))
        count, at = _count(raw, 80)
        for number in range(count):
            txid, outputs, at = _transaction(raw, at)
            if number:
                found += [PaidOutput(txid, place, script, units) for place, (units, script) in enumerate(outputs)]
        assert at == len(raw)
    return found


def units_by_script(outputs: list[PaidOutput]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for output in outputs:
        totals[output.script_hex] += output.units
    return totals


def _count(raw: bytes, at: int) -> tuple[int, int]:
    if raw[at] < 253:
        return raw[at], at + 1
    width = {253: 2, 254: 4, 255: 8}[raw[at]]
    return int.from_bytes(raw[at + 1 : at + 1 + width], "little"), at + 1 + width


def _transaction(raw: bytes, start: int) -> tuple[str, list[tuple[int, str]], int]:
    at = start + 4
    is_segwit = raw[at] == 0
    body = at = at + 2 if is_segwit else at
    inputs, at = _count(raw, at)
    for _ in range(inputs):
        length, at = _count(raw, at + 36)
        at += length + 4
    outputs = []
    count, at = _count(raw, at)
    for _ in range(count):
        (units,) = struct.unpack_from("<Q", raw, at)
        length, at = _count(raw, at + 8)
        outputs.append((units, raw[at : at + length].hex()))
        at += length
    end = at
    if is_segwit:
        for _ in range(inputs):
            items, at = _count(raw, at)
            for _ in range(items):
                length, at = _count(raw, at)
                at += length
    plain = raw[start : start + 4] + raw[body:end] + raw[at : at + 4]
    digest = hashlib.sha256(hashlib.sha256(plain).digest()).digest()
    return digest[::-1].hex(), outputs, at + 4
