"""A Merkle sum tree: one root commits to everybody's balance, and one path proves that yours is in its total.

Proof of liabilities after Maxwell's scheme (Wilcox, "Proving your Bitcoin reserves", 2014), with the sum of BOTH
children hashed into each node (Chalkias, Lewi, Mohassel and Nikolaenko, "Distributed Auditing Proofs of Liabilities",
ZKProof 2020): otherwise a node could claim a smaller total than its children have. Pure.

A leaf names nobody: its hash covers a nonce that only its owner is told. A path shows the sums beside it, never whose.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

NONCE_BYTES: Final = 16
# Each hash begins with what it is of, so that a leaf can never be shown as a node.
LEAF_LABEL: Final = b"tagwork.ledger.leaf/1\0"
NODE_LABEL: Final = b"tagwork.ledger.node/1\0"
SUM_BYTES: Final = 16


class Node(NamedTuple):
    """SHA-256 and the total in micros of everything below; never negative."""

    digest: bytes
    sum_micros: int


class Step(NamedTuple):
    """One sibling on the way to the root: on which side it stands, and what it is."""

    side: Literal["left", "right"]
    node: Node


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is owed on one account. `nonce` is 16 random bytes, new in every tree."""

    kind: str
    owner: str
    amount_micros: int
    nonce: bytes


def _sum(micros: int) -> bytes:
    # A negative leaf would hide a debt of the same size: it has no encoding at all (OverflowError).
    return micros.to_bytes(SUM_BYTES, "big", signed=False)


def _text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def leaf_node(leaf: Leaf) -> Node:
    """SHA-256(label, nonce, kind, owner, amount); texts with their length in two bytes, the amount in sixteen."""
    if len(leaf.nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    amount = _sum(leaf.amount_micros)
    digest = hashlib.sha256(LEAF_LABEL + leaf.nonce + _text(leaf.kind) + _text(leaf.owner) + amount).digest()
    return Node(digest, leaf.amount_micros)


def parent(left: Node, right: Node) -> Node:
    """SHA-256(label, left hash, left sum, right hash, right sum), and the sum of both."""
    below = left.digest + _sum(left.sum_micros) + right.digest + _sum(right.sum_micros)
    return Node(hashlib.sha256(NODE_LABEL + below).digest(), left.sum_micros + right.sum_micros)


def levels(leaves: Sequence[Node]) -> list[list[Node]]:
    """From the leaves up to the root, which is alone on the last level. An odd last node goes up as it is: doubling it
    would count its money twice. ValueError without leaves."""
    if not leaves:
        raise ValueError("a tree needs a leaf")
    level = list(leaves)
    found = [level]
    while len(level) > 1:
        pairs = [parent(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
        found.append(level)
    return found


def path(tree: Sequence[Sequence[Node]], index: int) -> list[Step]:
    """The siblings from leaf `index` up; `tree` as `levels` made it."""
    steps = []
    for level in tree[:-1]:
        beside = index ^ 1
        if beside < len(level):
            steps.append(Step("left" if beside < index else "right", level[beside]))
        index //= 2
    return steps


def root_of(leaf: Leaf, steps: Sequence[Step]) -> Node:
    """Where a path leads, to be compared with the published root."""
    node = leaf_node(leaf)
    for side, beside in steps:
        node = parent(beside, node) if side == "left" else parent(node, beside)
    return node
