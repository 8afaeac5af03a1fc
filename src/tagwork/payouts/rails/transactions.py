"""What stands in the bytes of a transaction, read by ourselves: the check before signing must not rest on how a node
prints them. Pure. Bitcoin's serialization, with witnesses (BIP 144) as Litecoin has them.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

# (transaction id, output number): names a coin.
Outpoint = tuple[str, int]


class Malformed(ValueError):
    """Not one whole transaction."""


@dataclass(frozen=True, slots=True)
class Output:
    units: int
    script_hex: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """`size` is in virtual bytes: witness bytes count a quarter (BIP 141), elsewhere it is the length."""

    txid: str
    inputs: tuple[Outpoint, ...]
    outputs: tuple[Output, ...]
    size: int


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, length: int) -> bytes:
        if length > len(self.raw) - self.at:
            raise Malformed("the transaction ends early")
        self.at += length
        return self.raw[self.at - length : self.at]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "little")

    def count(self) -> int:
        first = self.number(1)
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])


def read_transaction(raw_hex: str) -> Transaction:
    """The signed transaction in `raw_hex`. Raises Malformed."""
    try:
        raw = bytes.fromhex(raw_hex)
    except ValueError:
        raise Malformed("the transaction is not hexadecimal") from None
    reader = _Reader(raw)
    version = reader.take(4)
    has_witness = raw[4:6] == b"\x00\x01"
    if has_witness:
        reader.take(2)
    start = reader.at
    inputs = []
    for _ in range(reader.count()):
        txid = reader.take(32)[::-1].hex()
        inputs.append((txid, reader.number(4)))
        reader.take(reader.count())
        reader.take(4)
    outputs = []
    for _ in range(reader.count()):
        units = reader.number(8)
        outputs.append(Output(units, reader.take(reader.count()).hex()))
    body = raw[start : reader.at]
    if has_witness:
        for _ in inputs:
            for _ in range(reader.count()):
                reader.take(reader.count())
    lock_time = reader.take(4)
    if reader.at != len(raw) or not inputs or not outputs:
        raise Malformed("the transaction has no input, no output or something behind it")
    stripped = version + body + lock_time
    txid = hashlib.sha256(hashlib.sha256(stripped).digest()).digest()[::-1].hex()
    size = (3 * len(stripped) + len(raw) + 3) // 4
    return Transaction(txid, tuple(inputs), tuple(outputs), size)


def pays_any_of(transaction: Transaction, lines: Collection[Output]) -> bool:
    """Whether one of these payments is among its outputs, wherever it stands and whatever else it pays."""
    return not set(lines).isdisjoint(transaction.outputs)


@dataclass(frozen=True, slots=True)
class FeeCaps:
    """The most a transaction may cost: in all, and for a thousand bytes."""

    units: int
    units_per_kilobyte: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A transaction that pays what it should. `change` is the output after the last line, None when there is none;
    that it is ours is the node's to say."""

    transaction: Transaction
    fee_units: int
    input_units: Mapping[Outpoint, int]
    change: Output | None


class WrongTransaction(Exception):
    """The signed bytes do not do what the batch says; `code` says where they differ. They must not be sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_transaction(
    raw_hex: str, lines: Sequence[Output], coins: Mapping[Outpoint, int], taken: frozenset[Outpoint], caps: FeeCaps
) -> Checked:
    """Compares signed bytes with what they are for. Raises WrongTransaction.

    `lines` are the outputs that must be there, in order; `coins` the wallet's confirmed and spendable coins with their
    units, as they were before funding; `taken` those of other live batches.
    """
    try:
        transaction = read_transaction(raw_hex)
    except Malformed:
        raise WrongTransaction("malformed") from None
    if transaction.outputs[: len(lines)] != tuple(lines):
        raise WrongTransaction("outputs_differ")
    rest = transaction.outputs[len(lines) :]
    if len(rest) > 1:
        raise WrongTransaction("extra_output")
    if len(set(transaction.inputs)) != len(transaction.inputs) or not coins.keys() >= set(transaction.inputs):
        raise WrongTransaction("unknown_input")
    if not taken.isdisjoint(transaction.inputs):
        raise WrongTransaction("input_taken")
    spent = {outpoint: coins[outpoint] for outpoint in transaction.inputs}
    fee_units = sum(spent.values()) - sum(output.units for output in transaction.outputs)
    if fee_units < 0 or fee_units > caps.units or fee_units * 1000 > caps.units_per_kilobyte * transaction.size:
        raise WrongTransaction("fee_beyond_cap")
    return Checked(transaction, fee_units, spent, rest[0] if rest else None)
