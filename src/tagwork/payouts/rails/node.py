"""JSON-RPC to the node that pays a coin out: only what Litecoin Core 0.21 and Bitcoin Cash Node 28 have in common.

Amounts leave and arrive as text with eight decimals and are whole units inside; no floating-point number is ever made.
Error codes decide, never texts. A code that a call cannot mean anything by is a NodeSurprise, which freezes payouts.
"""

import base64
import json
import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tagwork.core.money import UNITS_PER_COIN
from tagwork.kit.outbound import Outbound, OutboundLimits, OutboundRefused
from tagwork.payouts import rules
from tagwork.payouts.rails.interface import Coin
from tagwork.payouts.rails.transactions import Outpoint
from tagwork.payouts.reconcile_rules import WalletEntry

log = logging.getLogger(__name__)
# A wallet with many coins takes its time to fund; the batch size keeps it within this.
CALL_LIMITS = OutboundLimits(body_bytes=64 * 1024 * 1024, total_seconds=120, silence_seconds=120, redirects=0)
# While a person waits for a page.
QUICK_LIMITS = OutboundLimits(body_bytes=1024 * 1024, total_seconds=3, silence_seconds=3, redirects=0)

# src/rpc/protocol.h of both nodes
NOT_FOUND = -5
INVALID_PARAMETER = -8
WALLET_ERROR = -4
INSUFFICIENT_FUNDS = -6
KEYS_RAN_OUT = -12
WALLET_LOCKED = -13
WRONG_PASSPHRASE, NOT_ENCRYPTED, UNLOCKED_ALREADY = -14, -15, -17
MISSING_INPUTS = -25
REJECTED = -26
IN_CHAIN_ALREADY = -27
WARMING_UP = -28
CLIENT_NOT_CONNECTED, CLIENT_IN_INITIAL_DOWNLOAD = -9, -10
WAITING_CODES = frozenset({WARMING_UP, CLIENT_NOT_CONNECTED, CLIENT_IN_INITIAL_DOWNLOAD})

# Until the node locks a wallet by itself, where we died before we could.
UNLOCK_SECONDS = 60

_HASH = re.compile(r"[0-9a-f]{64}")
_AMOUNT = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,8}))?")


class NodeUnavailable(Exception):
    """Nobody answers, or the node still starts or loads blocks: wait and ask again, nothing is known."""


class NodeSurprise(Exception):
    """An answer that must not be; `freeze_code` is of rules.FREEZE_TEXTS; the text names call and error code."""

    def __init__(self, freeze_code: str, text: str) -> None:
        super().__init__(text)
        self.freeze_code = freeze_code


class CannotFund(Exception):
    """The wallet cannot fund or sign this now. Nothing was signed. `code` is of rules.ATTENTION_CODES."""

    code = rules.CANNOT_FUND


class WalletLocked(CannotFund):
    """Only the wallet's passphrase is missing."""

    code = rules.WALLET_LOCKED


class WrongPassphrase(CannotFund):
    """The wallet's passphrase is another one than we were given."""

    code = rules.WRONG_PASSPHRASE


class NodeError(Exception):
    """An error code that the call expects."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Tip:
    height: int
    block: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the wallet knows of a transaction: confirmations (0: waits, below: excluded) and what conflicts with it."""

    confirmations: int
    block: str
    conflicts: tuple[str, ...]
    raw_hex: str


@dataclass(frozen=True, slots=True)
class Received:
    """An output that pays the wallet. `is_mined`: it is what a block paid its miner, and cannot be spent for long."""

    txid: str
    vout: int
    address: str
    units: int
    is_mined: bool


def to_units(amount: object) -> int:
    """`"1.00000001"` as 100000001. Takes what the decoder left of a JSON number: text, or a whole int."""
    match = _AMOUNT.fullmatch(str(amount)) if isinstance(amount, str | int) and not isinstance(amount, bool) else None
    if match is None:
        raise NodeSurprise(rules.CONTRADICTION, "an amount is not a number of at most eight decimals")
    units = int(match[2] + (match[3] or "").ljust(8, "0"))
    return -units if match[1] else units


def to_amount(units: int) -> str:
    """100000001 as `"1.00000001"`, which both nodes take for an amount."""
    assert units >= 0
    return f"{units // UNITS_PER_COIN}.{units % UNITS_PER_COIN:08d}"


class Node:
    """One coin's node and wallet. Every method raises NodeUnavailable and NodeSurprise."""

    def __init__(self, coin: Coin, url: str, user: str, password: str, passphrase: str = "") -> None:
        self.coin = coin
        self._url = url
        # Never in a log, an error or a repr: only in the header, and in the call that unlocks.
        self._passphrase = passphrase
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        self._outbound = Outbound(own_url=url)

    def _call(
        self, method: str, *params: Any, expected: Collection[int] = (), limits: OutboundLimits = CALL_LIMITS
    ) -> Any:
        """Raises NodeError for the codes in `expected`."""
        body = json.dumps({"jsonrpc": "1.0", "id": method, "method": method, "params": list(params)}).encode()
        try:
            answer = self._outbound.fetch("POST", self._url, content=body, headers=self._headers, limits=limits)
        except OutboundRefused as refusal:
            raise NodeUnavailable(f"{method}: {refusal.code}") from None
        if answer.status in (401, 403):
            raise NodeSurprise(rules.REFUSED_LOGIN, f"{method}: HTTP {answer.status}")
        if answer.status == 503:  # its queue of calls is full
            raise NodeUnavailable(f"{method}: HTTP 503")
        try:
            decoded = json.loads(answer.body, parse_float=str)
            error, result = decoded["error"], decoded["result"]
            code = None if error is None else error["code"]
        except (ValueError, TypeError, KeyError):
            raise NodeSurprise(rules.CONTRADICTION, f"{method}: HTTP {answer.status}, not JSON-RPC") from None
        if code is None:
            return result
        if not isinstance(code, int):
            raise NodeSurprise(rules.CONTRADICTION, f"{method}: an error without a code")
        if code in WAITING_CODES:
            raise NodeUnavailable(f"{method}: {code}")
        if code in expected:
            raise NodeError(code)
        raise NodeSurprise(rules.UNKNOWN_CODE, f"{method}: {code}")

    def _object(
        self, method: str, *params: Any, expected: Collection[int] = (), limits: OutboundLimits = CALL_LIMITS
    ) -> dict[str, Any]:
        found = self._call(method, *params, expected=expected, limits=limits)
        if not isinstance(found, dict):
            raise NodeSurprise(rules.CONTRADICTION, f"{method}: not an object")
        return found

    def tip(self, network: str, *, quick: bool = False) -> Tip:
        """The best block. Raises NodeSurprise when the node is of another network."""
        found = self._object("getblockchaininfo", limits=QUICK_LIMITS if quick else CALL_LIMITS)
        if _text(found, "chain") != self.coin.chains[network]:
            raise NodeSurprise(rules.OTHER_CHAIN, f"getblockchaininfo: {_text(found, 'chain')[:20]}, not {network}")
        height, headers = _whole(found, "blocks"), _whole(found, "headers")
        if found.get("initialblockdownload") is True or headers > height + 2:
            raise NodeUnavailable("getblockchaininfo: loads blocks")
        return Tip(height, _hash(found, "bestblockhash"))

    def distance_from_chain(self, block: str, most: int) -> int | None:
        """How many blocks back from `block` the node's chain begins: 0 when it is part of it; None when the node does
        not know the block or the way is longer than `most`."""
        for steps in range(most + 1):
            try:
                header = self._object("getblockheader", block, expected=(NOT_FOUND,))
            except NodeError:
                return None
            if _whole(header, "confirmations") >= 0:
                return steps
            block = _hash(header, "previousblockhash")
        return None

    def script_of(self, address: str, *, quick: bool = False) -> str | None:
        """The output script a payment to `address` would carry; None when the node does not accept the address."""
        limits = QUICK_LIMITS if quick else CALL_LIMITS
        found = self._object("validateaddress", address, limits=limits)
        return _text(found, "scriptPubKey") if found.get("isvalid") is True else None

    def coins(self) -> dict[Outpoint, int]:
        """Confirmed coins of the wallet that it can spend and that are not locked, with their units."""
        return {
            (_hash(entry, "txid"), _whole(entry, "vout")): to_units(entry.get("amount"))
            for entry in _entries(self._call("listunspent", 1))
            if entry.get("spendable") is True and entry.get("safe", True) is True
        }

    def fee_rate(self) -> int:
        """Units for a thousand bytes, as the node estimates; 0 when it cannot say."""
        answer = self._call(self.coin.fee_call, *self.coin.fee_parameters)
        rate = answer.get("feerate", 0) if isinstance(answer, dict) else answer
        return max(0, to_units(rate))  # the old call answers -1 when it does not know

    def needs_passphrase(self) -> bool:
        """Whether the wallet is locked and we were given nothing to open it with."""
        # Absent where the wallet is not encrypted, 0 where it is locked.
        return not self._passphrase and self._object("getwalletinfo").get("unlocked_until") == 0

    @contextmanager
    def _unlocked(self) -> Iterator[None]:
        """Inside the block an encrypted wallet is open, when we have its passphrase. Raises WrongPassphrase."""
        if not self._passphrase:
            yield
            return
        refusals = (WRONG_PASSPHRASE, NOT_ENCRYPTED, UNLOCKED_ALREADY)
        try:
            self._call("walletpassphrase", self._passphrase, UNLOCK_SECONDS, expected=refusals)
        except NodeError as error:
            if error.code == WRONG_PASSPHRASE:
                raise WrongPassphrase("walletpassphrase: the passphrase is wrong") from None
        try:
            yield
        finally:
            try:
                self._call("walletlock", expected=(NOT_ENCRYPTED,))
            except NodeError:
                pass
            except NodeUnavailable as error:
                # What was signed stays good; the node locks by itself when the time is over, or has stopped.
                log.warning("a wallet of %s could not be locked: %s", self._url, error)

    def fund_and_sign(self, outputs: Sequence[tuple[str, int]], units_per_kilobyte: int) -> str:
        """Signed bytes that pay `outputs` (address, units), change last; their inputs stay locked in the node.

        Raises CannotFund.
        """
        with self._unlocked():
            return self._fund_and_sign(outputs, units_per_kilobyte)

    def _fund_and_sign(self, outputs: Sequence[tuple[str, int]], units_per_kilobyte: int) -> str:
        amounts = [{address: to_amount(units)} for address, units in outputs]
        raw_hex = self._call("createrawtransaction", [], amounts)
        options = {
            "lockUnspents": True,
            "feeRate": to_amount(units_per_kilobyte),
            "changePosition": len(outputs),
        }
        try:
            funded = self._call(
                "fundrawtransaction", raw_hex, options, expected=(WALLET_ERROR, INSUFFICIENT_FUNDS, WALLET_LOCKED)
            )
        except NodeError as error:
            refusal = WalletLocked if error.code == WALLET_LOCKED else CannotFund
            raise refusal(f"fundrawtransaction: {error.code}") from None
        return self._sign(_text(funded, "hex"))

    def sign_spend(self, coin: Outpoint, address: str, units: int) -> str:
        """Signed bytes that move one coin of the wallet whole to `address`; the difference is the fee.

        Raises CannotFund.
        """
        spent = {"txid": coin[0], "vout": coin[1]}
        raw_hex = self._call("createrawtransaction", [spent], [{address: to_amount(units)}])
        with self._unlocked():
            return self._sign(raw_hex)

    def _sign(self, raw_hex: str) -> str:
        try:
            signed = self._object("signrawtransactionwithwallet", raw_hex, expected=(WALLET_LOCKED,))
        except NodeError:
            raise WalletLocked("signrawtransactionwithwallet: the wallet is locked") from None
        if signed.get("complete") is not True:
            raise CannotFund("signrawtransactionwithwallet: incomplete")
        return _text(signed, "hex")

    def reads_as(self, raw_hex: str) -> tuple[str, list[str]]:
        """The transaction id by the node, and each output's address ("" where it has none)."""
        decoded = self._object("decoderawtransaction", raw_hex)
        addresses = []
        for output in _entries(decoded.get("vout")):
            script = output.get("scriptPubKey") or {}
            listed = script.get("addresses") or [script.get("address", "")]
            addresses.append(str(listed[0]))
        return _hash(decoded, "txid"), addresses

    def is_own_change(self, address: str, script_hex: str) -> bool:
        found = self._object("getaddressinfo", address, expected=(NOT_FOUND,))
        return found.get("ismine") is True and found.get("ischange") is True and found.get("scriptPubKey") == script_hex

    def change_address(self) -> str:
        """Raises CannotFund: a locked wallet makes no new keys."""
        with self._unlocked():
            try:
                return str(self._call("getrawchangeaddress", expected=(KEYS_RAN_OUT,)))
            except NodeError:
                raise CannotFund("getrawchangeaddress: no keys are left") from None

    def would_take(self, raw_hex: str) -> bool:
        """Whether the node would take these bytes, which it has not seen yet."""
        (found,) = _entries(self._call("testmempoolaccept", [raw_hex]))
        return found.get("allowed") is True

    def send(self, raw_hex: str) -> int | None:
        """Hands the bytes over; None when the node took them or has them, else the code by which it did not.

        A code is no verdict: -25 also comes when the payment is confirmed and all its outputs are spent.
        """
        try:
            self._call("sendrawtransaction", raw_hex, expected=(MISSING_INPUTS, REJECTED, IN_CHAIN_ALREADY))
        except NodeError as error:
            return None if error.code == IN_CHAIN_ALREADY else error.code
        return None

    def look_up(self, txid: str) -> Sighting | None:
        """What the wallet knows of `txid`; None when it does not know it, which proves nothing."""
        try:
            found = self._object("gettransaction", txid, expected=(NOT_FOUND,))
        except NodeError:
            return None
        return Sighting(
            confirmations=_whole(found, "confirmations"),
            block=_hash(found, "blockhash") if "blockhash" in found else "",
            conflicts=tuple(str(one) for one in found.get("walletconflicts", [])),
            raw_hex=_text(found, "hex"),
        )

    def is_waiting(self, txid: str) -> bool:
        """Whether it is in the node's mempool."""
        return self.waits_on(txid) is not None

    def waits_on(self, txid: str) -> Collection[str] | None:
        """The transactions of the node's mempool whose outputs it spends; None where it is not there itself."""
        try:
            found = self._object("getmempoolentry", txid, expected=(NOT_FOUND,))
        except NodeError:
            return None
        parents = found.get("depends")
        if not isinstance(parents, list) or not all(isinstance(one, str) for one in parents):
            raise NodeSurprise(rules.CONTRADICTION, "getmempoolentry: depends is not a list of transactions")
        return parents

    def sent_since(self, block: str) -> set[str]:
        """Transactions of the wallet that spend, in blocks after `block` or not in a block yet; all when the node does
        not know the block."""
        try:
            found = self._object("listsinceblock", block, expected=(NOT_FOUND,))
        except NodeError:
            found = self._object("listsinceblock")
        listed = _entries(found.get("transactions"))
        return {_hash(entry, "txid") for entry in listed if entry.get("category") == "send"}

    def received_since(self, block: str, depth: int) -> tuple[list[Received], str]:
        """Outputs that others sent to the wallet in blocks after `block` ("": from the beginning) or not in a block
        yet, and the block to ask from next time: the one `depth` deep, so that whatever lies above it is listed again.

        The node follows a reorganisation: from where the chain forked. What the wallet itself sent (its change, coins
        moved by an operator) is never among them. Raises NodeSurprise when the node does not know the block.
        """
        since = block or self._call("getblockhash", 0)
        try:
            # True: coins of a wallet without keys count, too.
            found = self._object("listsinceblock", since, depth, True, expected=(NOT_FOUND,))
        except NodeError:
            text = f"listsinceblock: the node does not know block {block}"
            raise NodeSurprise(rules.CHAIN_WENT_BACK, text) from None
        listed = _entries(found.get("transactions"))
        own = {_hash(entry, "txid") for entry in listed if entry.get("category") == "send"}
        received = [
            Received(
                txid=_hash(entry, "txid"),
                vout=_whole(entry, "vout"),
                address=_text(entry, "address"),
                units=to_units(entry.get("amount")),
                is_mined=entry.get("category") != "receive",
            )
            for entry in listed
            # MimbleWimble outputs have no position, bare scripts no address: neither is one of the addresses we show.
            if entry.get("category") in ("receive", "generate", "immature") and {"vout", "address"} <= entry.keys()
        ]
        return [one for one in received if one.txid not in own], _hash(found, "lastblock")

    def new_address(self, label: str) -> str:
        """An address of the wallet that nobody was given before. The label is for whoever reads the wallet alone."""
        found = self._call("getnewaddress", label, *self.coin.address_parameters, limits=QUICK_LIMITS)
        return _text({"address": found}, "address")

    def owns(self, address: str) -> bool:
        """Whether the wallet watches this address, with or without its key."""
        found = self._object("getaddressinfo", address, expected=(NOT_FOUND,), limits=QUICK_LIMITS)
        return found.get("ismine") is True or found.get("iswatchonly") is True

    def balance_units(self, *, is_watched_only: bool = False) -> int:
        """What the wallet holds, coins that are locked or our own waiting change included; with `is_watched_only` also
        what it can only watch."""
        return to_units(self._call("getbalance", *(["*", 0, True] if is_watched_only else [])))

    def entries_since(self, block: str, *, is_watched_only: bool = False) -> list[WalletEntry]:
        """The wallet's transactions in blocks after `block`, or in none yet; all of them when it is empty or the node
        does not know it. Spends to change only are in no such list."""
        watched = [1, True] if is_watched_only else []
        found = None
        if block:
            with suppress(NodeError):
                found = self._object("listsinceblock", block, *watched, expected=(NOT_FOUND,))
        if found is None:
            found = self._object("listsinceblock", self._call("getblockhash", 0), *watched)
        return [
            WalletEntry(
                txid=_hash(entry, "txid"),
                category=_text(entry, "category"),
                units=to_units(entry.get("amount")),
                fee_units=to_units(entry.get("fee", 0)),
                confirmations=_whole(entry, "confirmations"),
                is_abandoned=entry.get("abandoned") is True,
            )
            for entry in _entries(found.get("transactions"))
        ]

    def locked(self) -> set[Outpoint]:
        return {(_hash(entry, "txid"), _whole(entry, "vout")) for entry in _entries(self._call("listlockunspent"))}

    def lock(self, coins: Collection[Outpoint]) -> None:
        """Keeps the wallet from choosing these coins. One that is spent already is passed over: it cannot be chosen."""
        for txid, vout in coins:
            try:
                self._call("lockunspent", False, [{"txid": txid, "vout": vout}], expected=(INVALID_PARAMETER,))
            except NodeError:
                continue

    def unlock(self, coins: Collection[Outpoint]) -> None:
        for txid, vout in coins:
            try:
                self._call("lockunspent", True, [{"txid": txid, "vout": vout}], expected=(INVALID_PARAMETER,))
            except NodeError:
                continue


def node_of(rail: str, coin: Coin) -> Node | None:
    """The node that the environment names for this rail; None when the coin is paid by hand."""
    url, user, password = settings.PAYOUT_NODES.get(rail, ("", "", ""))
    return Node(coin, url, user, password, settings.PAYOUT_PASSPHRASES.get(rail, "")) if url else None


def deposit_node_of(rail: str, coin: Coin) -> Node | None:
    """The wallet that takes clients' coins in, apart from the one that pays out; None where none is named."""
    url, user, password = settings.DEPOSIT_NODES.get(rail, ("", "", ""))
    return Node(coin, url, user, password) if url else None


def _entries(found: Any) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise NodeSurprise(rules.CONTRADICTION, "an answer is not a list of objects")
    return found


def _text(found: Any, name: str) -> str:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, str):
        raise NodeSurprise(rules.CONTRADICTION, f"an answer without {name}")
    return value


def _hash(found: Any, name: str) -> str:
    value = _text(found, name)
    if not _HASH.fullmatch(value):
        raise NodeSurprise(rules.CONTRADICTION, f"an answer whose {name} is no hash")
    return value


def _whole(found: Any, name: str) -> int:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise NodeSurprise(rules.CONTRADICTION, f"an answer without {name}")
    return value
