"""What a stranger needs to check a statement: the forms, the signature and the rules. Pure; no database, no clock.

`tagwork ledger check-proof FILE` is this module and nothing else; `docs/operate/proofs.md` says it in prose, so that
anybody can write it again.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from tagwork.ledger.merkle import Leaf, Node, Step, root_of

CHECKPOINT_FORMAT: Final = "tagwork.checkpoint/1"
STATEMENT_FORMAT: Final = "tagwork.statement/1"


def canonical(document: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: what is hashed and signed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sign(key: Ed25519PrivateKey, body: bytes) -> bytes:
    """64 bytes (RFC 8032)."""
    return key.sign(body)


def is_signed(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 raw bytes, in hex: what the house prints wherever it can, and people compare."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def public_key_of(raw: bytes) -> Ed25519PublicKey:
    """From 32 raw bytes or from PEM. ValueError for anything else."""
    if raw.lstrip().startswith(b"-----BEGIN"):
        key = load_pem_public_key(raw)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("the key is not an Ed25519 key")
        return key
    return Ed25519PublicKey.from_public_bytes(raw)


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a stranger. `problems` is empty when everything holds; `notes` need no fear but should be read."""

    amounts_micros: Mapping[str, int] = field(default_factory=dict)
    at: str = ""
    total_micros: int = 0
    fingerprint: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


def check_statement(text: bytes, key_given: bytes | None = None) -> Checked:
    """Whether the house signed that it owes these amounts, as a part of the total it published. Never raises.

    `key_given`: the house's key as the stranger got it elsewhere; without it the statement's own key is used, and a
    note says what that does not prove.
    """
    try:
        return _check(json.loads(text), key_given)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        return Checked(problems=(f"This is not a statement that can be read: {type(error).__name__}: {error}",))


def _check(statement: Mapping[str, Any], key_given: bytes | None) -> Checked:
    problems: list[str] = []
    notes: list[str] = []
    if statement["format"] != STATEMENT_FORMAT:
        raise ValueError(f"its format is not {STATEMENT_FORMAT}")
    own_key = base64.b64decode(statement["public_key"], validate=True)
    key = public_key_of(own_key if key_given is None else key_given)
    if key_given is None:
        notes.append(
            "The key is the statement's own. Compare its fingerprint with the one the house publishes, or give the "
            "key with --key: otherwise anybody could have made this."
        )
    checkpoint = statement["checkpoint"]
    body = canonical(checkpoint)
    if checkpoint["format"] != CHECKPOINT_FORMAT:
        raise ValueError(f"its checkpoint's format is not {CHECKPOINT_FORMAT}")
    if not is_signed(key, body, base64.b64decode(statement["signature"], validate=True)):
        problems.append("The signature of the checkpoint is not of this key.")
    liabilities = checkpoint["liabilities"]
    root = Node(bytes.fromhex(liabilities["root"]), _micros(liabilities["sum_micros"]))
    totals = {kind: _micros(total, signed=True) for kind, total in checkpoint["totals_micros"].items()}
    if sum(totals.values()) != 0:
        problems.append("The totals of all accounts do not sum to zero.")
    if sum(totals[kind] for kind in liabilities["kinds"]) != root.sum_micros:
        problems.append("What is owed by kind of account is not the total of the tree.")
    amounts = {}
    for item in statement["items"]:
        name = f"{item['kind']} of {item['owner']}"
        amounts[name] = _check_item(item, name, root, problems)
    return Checked(
        amounts_micros=amounts,
        at=str(checkpoint["at"]),
        total_micros=root.sum_micros,
        fingerprint=fingerprint(key),
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _check_item(item: Mapping[str, Any], name: str, root: Node, problems: list[str]) -> int:
    leaf = Leaf(item["kind"], item["owner"], _micros(item["amount_micros"]), bytes.fromhex(item["nonce"]))
    steps = [
        Step(_side(step["side"]), Node(bytes.fromhex(step["hash"]), _micros(step["sum_micros"])))
        for step in item["path"]
    ]
    if root_of(leaf, steps) != root:
        problems.append(f"{name}: the path does not lead to the published root.")
    lines = item.get("lines")
    if lines is not None and sum(_micros(line["amount_micros"], signed=True) for line in lines) != leaf.amount_micros:
        problems.append(f"{name}: its lines do not add up to the amount.")
    return leaf.amount_micros


def _side(side: str) -> Any:
    if side not in ("left", "right"):
        raise ValueError(f"a side is left or right, not {side!r}")
    return side


def _micros(value: Any, *, signed: bool = False) -> int:
    if type(value) is not int or (value < 0 and not signed):
        raise ValueError(f"{value!r} is not a whole number of micros")
    return value
