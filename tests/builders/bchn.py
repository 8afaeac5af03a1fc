"""A strict stand-in for Bitcoin Cash Node 28 with a wallet on regtest: it knows no method, parameter, option or type
that BCHN lacks (v28.0.1, src/rpc and src/wallet/rpcwallet.cpp), signs for real (ECDSA over the BIP 143
digest with the fork id) and takes no transaction whose signatures or amounts are wrong. It pays to key hashes only.
"""

import base64
import hashlib
import json
import re
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bip_utils import BchBech32Decoder, BchBech32Encoder
from coincurve import PrivateKey, PublicKey

from tests.builders.listening import Asked, listening

USER, PASSWORD = "tagwork", "bchn-only"
SIGHASH_ALL_FORKID = 0x41

Outpoint = tuple[str, int]
# name: the types of its parameters, and how many must be given
METHODS: dict[str, tuple[tuple[type, ...], int]] = {
    "getblockchaininfo": ((), 0),
    "getblockheader": ((str, bool), 1),
    "listunspent": ((int, int, list, bool, dict), 0),
    "validateaddress": ((str,), 1),
    "getaddressinfo": ((str,), 1),
    "getblockhash": ((int,), 1),
    "getnewaddress": ((str,), 0),
    "getrawchangeaddress": ((), 0),
    "getwalletinfo": ((), 0),
    "walletpassphrase": ((str, int), 2),
    "walletlock": ((), 0),
    "estimatefee": ((), 0),
    "createrawtransaction": ((list, list, int), 2),
    "fundrawtransaction": ((str, dict), 1),
    "signrawtransactionwithwallet": ((str, list, str), 1),
    "decoderawtransaction": ((str,), 1),
    "testmempoolaccept": ((list, bool), 1),
    "sendrawtransaction": ((str, bool), 1),
    "gettransaction": ((str, bool), 1),
    "getmempoolentry": ((str,), 1),
    "getbalance": ((str, int, bool), 0),
    "listsinceblock": ((str, int, bool, bool), 0),
    "listlockunspent": ((), 0),
    "lockunspent": ((bool, list), 1),
}
FUND_OPTIONS = {
    "include_unsafe", "changeAddress", "changePosition", "includeWatching", "lockUnspents", "feeRate",
    "subtractFeeFromOutputs",
}  # fmt: skip


class Refused(Exception):
    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code


def twice(raw: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def key_hash(public: bytes) -> bytes:
    return hashlib.new("ripemd160", hashlib.sha256(public).digest()).digest()


def p2pkh(digest: bytes) -> bytes:
    return b"\x76\xa9\x14" + digest + b"\x88\xac"


def compact(number: int) -> bytes:
    return bytes([number]) if number < 253 else b"\xfd" + struct.pack("<H", number)


def units_of(amount: object) -> int:
    whole, _, decimals = str(amount).partition(".")
    assert len(decimals) <= 8
    return int(whole) * 10**8 + int(decimals.ljust(8, "0"))


def amount_of(units: int) -> str:
    return f"{units // 10**8}.{units % 10**8:08d}"


def number(units: int) -> str:
    """Becomes a JSON number with eight decimals, as the node prints it: json would write 1e-05."""
    return f"#{amount_of(units)}#"


def negative(units: int) -> str:
    return f"#-{amount_of(units)}#"


@dataclass
class Parsed:
    inputs: list[tuple[Outpoint, bytes, int]]
    outputs: list[tuple[int, bytes]]

    @classmethod
    def read(cls, raw: bytes) -> "Parsed":
        at = 4

        def count() -> int:
            nonlocal at
            first, at = raw[at], at + 1
            if first < 253:
                return first
            at += 2
            return int(struct.unpack_from("<H", raw, at - 2)[0])

        inputs = []
        for _ in range(count()):
            txid, vout = raw[at : at + 32][::-1].hex(), struct.unpack_from("<I", raw, at + 32)[0]
            at += 36
            length = count()
            script, at = raw[at : at + length], at + length
            inputs.append(((txid, vout), script, struct.unpack_from("<I", raw, at)[0]))
            at += 4
        outputs = []
        for _ in range(count()):
            (units,) = struct.unpack_from("<Q", raw, at)
            at += 8
            length = count()
            outputs.append((units, raw[at : at + length]))
            at += length
        if at + 4 != len(raw):
            raise Refused(-22, "TX decode failed")
        return cls(inputs, outputs)

    def bytes(self) -> bytes:
        def point(spent: Outpoint) -> bytes:
            return bytes.fromhex(spent[0])[::-1] + struct.pack("<I", spent[1])

        parts = [struct.pack("<i", 2), compact(len(self.inputs))]
        parts += [point(o) + compact(len(s)) + s + struct.pack("<I", n) for o, s, n in self.inputs]
        parts += [compact(len(self.outputs))]
        parts += [struct.pack("<Q", units) + compact(len(script)) + script for units, script in self.outputs]
        return b"".join(parts) + bytes(4)

    def digest(self, number: int, script: bytes, units: int) -> bytes:
        """BIP 143 with the fork id, as replay-protected-sighash.md of Bitcoin Cash has it."""
        points = [bytes.fromhex(o[0])[::-1] + struct.pack("<I", o[1]) for o, _, _ in self.inputs]
        outputs = b"".join(struct.pack("<Q", u) + compact(len(s)) + s for u, s in self.outputs)
        return twice(
            struct.pack("<i", 2)
            + twice(b"".join(points))
            + twice(b"".join(struct.pack("<I", n) for _, _, n in self.inputs))
            + points[number] + compact(len(script)) + script + struct.pack("<Q", units)
            + struct.pack("<I", self.inputs[number][2]) + twice(outputs) + bytes(4)
            + struct.pack("<I", SIGHASH_ALL_FORKID)
        )  # fmt: skip


def address_of(script: bytes) -> str:
    return str(BchBech32Encoder.Encode("bchreg", b"\x00", script[3:23]))


def script_of(address: str) -> bytes:
    try:
        version, payload = BchBech32Decoder.Decode("bchreg", address)
    except Exception:
        raise Refused(-5, "Invalid address") from None
    if version != b"\x00" or len(payload) != 20:
        raise Refused(-5, "Invalid address")
    return p2pkh(payload)


@dataclass
class FakeBchn:
    url: str = ""
    # Two wallets of one test have names of their own, or they would own each other's keys.
    name: str = "wallet"
    keys: dict[bytes, PrivateKey] = field(default_factory=dict)
    change: set[bytes] = field(default_factory=set)
    blocks: list[list[str]] = field(default_factory=list)
    mempool: list[str] = field(default_factory=list)
    transactions: dict[str, bytes] = field(default_factory=dict)
    outputs: dict[Outpoint, tuple[int, bytes]] = field(default_factory=dict)
    locked: set[Outpoint] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    # The next call of this method answers with this code instead.
    trouble: dict[str, int] = field(default_factory=dict)
    # After so many more calls the wire is cut once: when the node has done what it was asked for, or before.
    calls_to_cut: int | None = None
    is_done_when_cut: bool = False
    # Blocks that the best chain left, each with the one before it.
    stale: dict[str, str] = field(default_factory=dict)
    # The wallet is encrypted with it; it is open while `is_open`.
    passphrase: str = ""
    is_open: bool = True

    # what a test does

    def own_script(self, *, is_change: bool = False) -> bytes:
        private = PrivateKey(hashlib.sha256(f"{self.name} {len(self.keys)}".encode()).digest())
        script = p2pkh(key_hash(private.public_key.format()))
        self.keys[script] = private
        if is_change:
            self.change.add(script)
        return script

    def give(self, units: int) -> None:
        """A confirmed coin out of nowhere."""
        raw = Parsed([(("00" * 32, len(self.transactions)), b"", 0)], [(units, self.own_script())]).bytes()
        txid = twice(raw)[::-1].hex()
        self.transactions[txid] = raw
        self.outputs[txid, 0] = Parsed.read(raw).outputs[0]
        self.blocks.append([txid])

    def adopt(self, raw: bytes) -> None:
        """A confirmed transaction of another chain."""
        txid = twice(raw)[::-1].hex()
        self.transactions[txid] = raw
        self.outputs.update({(txid, place): output for place, output in enumerate(Parsed.read(raw).outputs)})
        self.blocks.append([txid])

    def mine(self, count: int = 1) -> None:
        for _ in range(count):
            self.blocks.append(self.mempool)
            self.mempool = []

    def pay(self, address: str, *units: int) -> str:
        """A stranger's transaction, in the mempool, from a coin of nobody here; an output for each of `units`."""
        raw = Parsed(
            [(("11" * 32, len(self.transactions)), b"", 0)], [(one, script_of(address)) for one in units]
        ).bytes()
        txid = twice(raw)[::-1].hex()
        self.transactions[txid] = raw
        self.outputs.update({(txid, place): output for place, output in enumerate(Parsed.read(raw).outputs)})
        self.mempool.append(txid)
        return txid

    def overtake(self, txid: str, pays: list[tuple[int, bytes]]) -> str:
        """Whoever paid with the waiting `txid` spends its coins once more, to `pays`, in a block of his own."""
        raw = Parsed([(coin, b"", 0) for coin, _, _ in Parsed.read(self.transactions[txid]).inputs], pays).bytes()
        self.mempool.remove(txid)
        self.adopt(raw)
        return twice(raw)[::-1].hex()

    def reorganise(self, depth: int) -> None:
        """The last blocks leave the chain; what they held waits again."""
        for _ in range(depth):
            height = len(self.blocks)
            self.stale[self.block_hash(height)] = self.block_hash(height - 1)
            self.mempool = self.blocks.pop() + self.mempool

    def replace(self, txid: str, pays: list[tuple[int, bytes]]) -> str:
        """Somebody with the wallet's keys spends the coins of a waiting transaction in a block of his own: `pays`, and
        the rest to another address of the wallet. Whatever waits on the replaced one is gone with it."""
        spent = [coin for coin, _, _ in Parsed.read(self.transactions[txid]).inputs]
        left = sum(self.outputs[coin][0] for coin in spent) - sum(units for units, _ in pays) - 10_000
        raw = Parsed([(coin, b"", 0) for coin in spent], [*pays, (left, self.own_script())]).bytes()
        gone = {txid}
        for one in self.mempool:
            if any(coin[0] in gone for coin, _, _ in Parsed.read(self.transactions[one]).inputs):
                gone.add(one)
        self.mempool = [one for one in self.mempool if one not in gone]
        self.adopt(raw)
        return twice(raw)[::-1].hex()

    def stranger(self, number: int) -> str:
        return address_of(p2pkh(key_hash(b"stranger %d" % number)))

    def forget_locks(self) -> None:
        self.locked.clear()

    # what it knows

    def block_hash(self, height: int) -> str:
        return hashlib.sha256(b"block %d" % height + repr(self.blocks[:height]).encode()).hexdigest()

    def depth(self, txid: str) -> int:
        for height, listed in enumerate(self.blocks):
            if txid in listed:
                return len(self.blocks) - height
        return 0

    def is_known(self, txid: str) -> bool:
        """In the chain or in the mempool: what was replaced is neither."""
        return txid in self.mempool or self.depth(txid) > 0

    def spent_by(self, coin: Outpoint) -> str | None:
        on_chain = [txid for listed in self.blocks for txid in listed]
        for txid in on_chain + self.mempool:
            if coin in [spent for spent, _, _ in Parsed.read(self.transactions[txid]).inputs]:
                return txid
        return None

    # the calls

    def call(self, method: str, params: list[Any]) -> Any:
        self.calls.append(method)
        if method not in METHODS:
            raise Refused(-32601, "Method not found")
        if method in self.trouble:
            raise Refused(self.trouble.pop(method))
        types, required = METHODS[method]
        if not required <= len(params) <= len(types):
            raise Refused(-1, "help text")
        for value, wanted in zip(params, types, strict=False):
            if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                raise Refused(-3, f"Expected type {wanted.__name__}")
        do: Callable[..., Any] = getattr(self, f"_{method}")
        return do(*params)

    def _getblockchaininfo(self) -> Any:
        height = len(self.blocks)
        return {
            "chain": "regtest", "blocks": height, "headers": height, "bestblockhash": self.block_hash(height),
            "initialblockdownload": False, "warnings": "",
        }  # fmt: skip

    def _getblockheader(self, block: str, verbose: bool = True) -> Any:
        for height in range(len(self.blocks) + 1):
            if self.block_hash(height) == block:
                return {"hash": block, "confirmations": len(self.blocks) - height + 1, "height": height}
        if block in self.stale:
            return {"hash": block, "confirmations": -1, "previousblockhash": self.stale[block]}
        raise Refused(-5, "Block not found")

    def _listunspent(self, least: int = 1, *_: Any) -> Any:
        return [
            {
                "txid": coin[0], "vout": coin[1], "address": address_of(script), "scriptPubKey": script.hex(),
                "amount": number(units), "confirmations": self.depth(coin[0]), "spendable": True,
                "solvable": True, "safe": True,
            }
            for coin, (units, script) in self.outputs.items()
            if script in self.keys and self.depth(coin[0]) >= least
            and self.spent_by(coin) is None and coin not in self.locked
        ]  # fmt: skip

    def _validateaddress(self, address: str) -> Any:
        try:
            return {"isvalid": True, "address": address, "scriptPubKey": script_of(address).hex()}
        except Refused:
            return {"isvalid": False}

    def _getaddressinfo(self, address: str) -> Any:
        script = script_of(address)
        return {
            "address": address, "scriptPubKey": script.hex(), "ismine": script in self.keys,
            "ischange": script in self.change,
        }  # fmt: skip

    def _getblockhash(self, height: int) -> Any:
        if not 0 <= height <= len(self.blocks):
            raise Refused(-8, "Block height out of range")
        return self.block_hash(height)

    def _getnewaddress(self, _label: str = "") -> Any:
        return address_of(self.own_script())

    def _getrawchangeaddress(self) -> Any:
        return address_of(self.own_script(is_change=True))

    def _getwalletinfo(self) -> Any:
        found: dict[str, Any] = {"walletname": "", "txcount": len(self.transactions)}
        return found | ({"unlocked_until": 1 if self.is_open else 0} if self.passphrase else {})

    def _walletpassphrase(self, passphrase: str, _seconds: int) -> Any:
        if not self.passphrase:
            raise Refused(-15, "running with an unencrypted wallet")
        if passphrase != self.passphrase:
            raise Refused(-14, "The wallet passphrase entered was incorrect.")
        self.is_open = True

    def _walletlock(self) -> Any:
        if not self.passphrase:
            raise Refused(-15, "running with an unencrypted wallet")
        self.is_open = False

    def _estimatefee(self) -> Any:
        return number(1_000)

    def _createrawtransaction(self, inputs: list[Any], outputs: list[Any], _lock: int = 0) -> Any:
        made = [(script_of(address), units_of(amount)) for one in outputs for address, amount in one.items()]
        if len({script for script, _ in made}) != len(made):
            raise Refused(-8, "duplicated address")
        spends = [((one["txid"], one["vout"]), b"", 0xFFFFFFFF) for one in inputs]
        return Parsed(spends, [(units, script) for script, units in made]).bytes().hex()

    def _fundrawtransaction(self, raw_hex: str, options: dict[str, Any] | None = None) -> Any:
        options = options or {}
        if not set(options) <= FUND_OPTIONS:
            raise Refused(-3, "Unexpected key")
        wanted = Parsed.read(bytes.fromhex(raw_hex))
        rate = units_of(options["feeRate"])
        need, chosen = sum(units for units, _ in wanted.outputs), []
        for coin in sorted(self._listunspent(), key=lambda one: -self.outputs[one["txid"], one["vout"]][0]):
            chosen.append((coin["txid"], coin["vout"]))
            size = 10 + 148 * len(chosen) + 34 * (len(wanted.outputs) + 1)
            fee = -(-size * rate // 1000)
            change = sum(self.outputs[one][0] for one in chosen) - need - fee
            if change >= 546:
                break
        else:
            raise Refused(-4, "Insufficient funds")
        place = options.get("changePosition", len(wanted.outputs))
        wanted.outputs.insert(place, (change, self.own_script(is_change=True)))
        wanted.inputs = [(coin, b"", 0xFFFFFFFE) for coin in chosen]
        if options.get("lockUnspents"):
            self.locked.update(chosen)
        return {"hex": wanted.bytes().hex(), "fee": number(fee), "changepos": place}

    def _signrawtransactionwithwallet(self, raw_hex: str, *_: Any) -> Any:
        if not self.is_open:
            raise Refused(-13, "Please enter the wallet passphrase with walletpassphrase first.")
        made, complete = Parsed.read(bytes.fromhex(raw_hex)), True
        for number, (coin, _script, sequence) in enumerate(made.inputs):
            units, script = self.outputs[coin]
            if script not in self.keys:
                complete = False
                continue
            private = self.keys[script]
            signature = private.sign(made.digest(number, script, units), hasher=None) + bytes([SIGHASH_ALL_FORKID])
            public = private.public_key.format()
            made.inputs[number] = (coin, bytes([len(signature)]) + signature + bytes([33]) + public, sequence)
        return {"hex": made.bytes().hex(), "complete": complete}

    def _decoderawtransaction(self, raw_hex: str) -> Any:
        raw = bytes.fromhex(raw_hex)
        listed = [
            {"n": n, "value": number(u), "scriptPubKey": {"hex": s.hex(), "addresses": [address_of(s)]}}
            for n, (u, s) in enumerate(Parsed.read(raw).outputs)
        ]
        return {"txid": twice(raw)[::-1].hex(), "size": len(raw), "vout": listed}

    def _check(self, raw: bytes) -> None:
        """Raises Refused: what the mempool would say."""
        made = Parsed.read(raw)
        paid = 0
        for number, (coin, unlocking, _) in enumerate(made.inputs):
            if coin not in self.outputs or not self.is_known(coin[0]):
                raise Refused(-25, "Missing inputs")
            other = self.spent_by(coin)
            if other is not None:
                raise Refused(-25 if self.depth(other) else -26, "Missing inputs / txn-mempool-conflict (code 18)")
            units, script = self.outputs[coin]
            paid += units
            length = unlocking[0]
            signature, public = unlocking[1 : 1 + length], unlocking[2 + length :]
            is_good = signature[-1] == SIGHASH_ALL_FORKID and p2pkh(key_hash(public)) == script
            digest = made.digest(number, script, units)
            if not is_good or not PublicKey(public).verify(signature[:-1], digest, hasher=None):
                raise Refused(-26, "mandatory-script-verify-flag-failed (code 16)")
        if any(units < 546 for units, _ in made.outputs):
            raise Refused(-26, "dust (code 64)")
        if paid - sum(units for units, _ in made.outputs) < len(raw):
            raise Refused(-26, "min relay fee not met (code 66)")

    def _testmempoolaccept(self, raws: list[Any], _high: bool = False) -> Any:
        (raw_hex,) = raws
        raw = bytes.fromhex(raw_hex)
        txid = twice(raw)[::-1].hex()
        try:
            if txid in self.transactions:
                raise Refused(-26, "txn-already-in-mempool")
            self._check(raw)
        except Refused as refused:
            return [{"txid": txid, "allowed": False, "reject-reason": str(refused)}]
        return [{"txid": txid, "allowed": True}]

    def _sendrawtransaction(self, raw_hex: str, _high: bool = False) -> Any:
        raw = bytes.fromhex(raw_hex)
        txid = twice(raw)[::-1].hex()
        if txid in self.mempool:
            return txid
        if self.depth(txid):
            raise Refused(-27, "transaction already in block chain")
        self._check(raw)
        self.transactions[txid] = raw
        self.mempool.append(txid)
        for number, output in enumerate(Parsed.read(raw).outputs):
            self.outputs[txid, number] = output
        return txid

    def _gettransaction(self, txid: str, _watch: bool = False) -> Any:
        if txid not in self.transactions:
            raise Refused(-5, "Invalid or non-wallet transaction id")
        # As many blocks below zero as the deepest one that excludes it has.
        depth = self.depth(txid) or -max((self.depth(other) for other in self._excluding(txid)), default=0)
        found = {"txid": txid, "confirmations": depth, "walletconflicts": sorted(self._rivals(txid))}
        return found | {"hex": self.transactions[txid].hex()}

    def _rivals(self, txid: str) -> set[str]:
        """Every other transaction with a coin of this one, wherever it is (CWallet::GetConflicts)."""
        spent = {coin for coin, _, _ in Parsed.read(self.transactions[txid]).inputs}
        return {
            other
            for other, raw in self.transactions.items()
            if other != txid and spent & {coin for coin, _, _ in Parsed.read(raw).inputs}
        }

    def _conflicting(self, txid: str) -> set[str]:
        """What is known and spends a coin of an unknown one."""
        if self.is_known(txid):
            return set()
        spenders = [self.spent_by(coin) for coin, _, _ in Parsed.read(self.transactions[txid]).inputs]
        return {other for other in spenders if other is not None}

    def _excluding(self, txid: str) -> set[str]:
        """The same, and what excludes one that it rests on (CWallet::MarkConflicted goes on to the descendants)."""
        parents = {coin[0] for coin, _, _ in Parsed.read(self.transactions[txid]).inputs} & self.transactions.keys()
        unknown = [one for one in parents if not self.is_known(one)]
        return self._conflicting(txid).union(*(self._excluding(one) for one in unknown))

    def _getmempoolentry(self, txid: str) -> Any:
        if txid not in self.mempool:
            raise Refused(-5, "Transaction not in mempool")
        parents = {coin[0] for coin, _, _ in Parsed.read(self.transactions[txid]).inputs}
        return {"size": len(self.transactions[txid]), "depends": [one for one in self.mempool if one in parents]}

    def _getbalance(self, *_: Any) -> Any:
        """What waits counts only when the wallet sent it itself (CWallet::GetBalance, m_mine_trusted)."""
        return number(
            sum(
                units
                for coin, (units, script) in self.outputs.items()
                if script in self.keys and self.spent_by(coin) is None
                if self.depth(coin[0]) or (self.is_known(coin[0]) and self._is_own(coin[0]))
            )
        )

    def _is_own(self, txid: str) -> bool:
        spent = [self.outputs.get(coin) for coin, _, _ in Parsed.read(self.transactions[txid]).inputs]
        return any(one is not None and one[1] in self.keys for one in spent)

    def _listsinceblock(self, block: str = "", depth: int = 1, _watch: bool = False, _removed: bool = True) -> Any:
        heights = {self.block_hash(height): height for height in range(len(self.blocks) + 1)}
        if block and block not in heights:
            raise Refused(-5, "Block not found")
        since = heights.get(block, 0)
        seen = [txid for listed in self.blocks[since:] for txid in listed] + self.mempool
        listed = [entry for txid in seen for entry in self._entries(txid)]
        last = max(0, len(self.blocks) + 1 - depth)
        return {"transactions": listed, "removed": [], "lastblock": self.block_hash(last)}

    def _entries(self, txid: str) -> Iterator[dict[str, Any]]:
        """As CWallet::ListTransactions: an entry an output, none for change, the whole fee in each of a spend."""
        made, confirmations = Parsed.read(self.transactions[txid]), self.depth(txid)
        spent = [self.outputs[coin] for coin, _, _ in made.inputs if coin in self.outputs]
        is_spend = any(script in self.keys for _, script in spent)
        fee = sum(units for units, _ in spent) - sum(units for units, _ in made.outputs)
        for place, (units, script) in enumerate(made.outputs):
            said = {"txid": txid, "vout": place, "confirmations": confirmations, "address": address_of(script)}
            if is_spend and script not in self.change:
                yield said | {"category": "send", "amount": negative(units), "fee": negative(fee), "abandoned": False}
            if script in self.keys and not (is_spend and script in self.change):
                yield said | {"category": "receive", "amount": number(units)}

    def _listlockunspent(self) -> Any:
        return [{"txid": txid, "vout": vout} for txid, vout in sorted(self.locked)]

    def _lockunspent(self, unlock: bool, coins: list[Any]) -> Any:
        for one in coins:
            coin = (one["txid"], one["vout"])
            if coin not in self.outputs or self.spent_by(coin) or (coin in self.locked) is not unlock:
                raise Refused(-8, "Invalid parameter")
            (self.locked.discard if unlock else self.locked.add)(coin)
        return True


@contextmanager
def fake_bchn(name: str = "wallet") -> Iterator[FakeBchn]:
    node, guard = FakeBchn(name=name), threading.Lock()
    login = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(Asked):
        def do_POST(self) -> None:
            body = json.loads(self.content())
            if self.headers["Authorization"] != login:
                return self.answer(401, b"")
            is_cut = node.calls_to_cut == 0
            node.calls_to_cut = None if is_cut or node.calls_to_cut is None else node.calls_to_cut - 1
            if is_cut and not node.is_done_when_cut:
                return None
            try:
                with guard:
                    found, status = {"result": node.call(body["method"], body["params"]), "error": None}, 200
            except Refused as refused:
                status = 404 if refused.code == -32601 else 500
                found = {"result": None, "error": {"code": refused.code, "message": str(refused)}}
            if is_cut:
                return None
            text = re.sub(r'"#(-?[0-9.]+)#"', r"\1", json.dumps(found | {"id": body["id"]}))
            return self.answer(status, text.encode())

    with listening(Handler) as node.url:
        yield node
