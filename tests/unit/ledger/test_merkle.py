import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.ledger.merkle import Leaf, Node, Step, leaf_node, levels, parent, path, root_of

NONCE = bytes(range(16))


def leaf(owner: str, amount_micros: int) -> Leaf:
    return Leaf("worker_main", owner, amount_micros, NONCE)


def test_a_leaf_is_hashed_as_the_document_says() -> None:
    # docs/operate/proofs.md, by hand: label, nonce, length and text of kind and owner, sixteen bytes of amount
    raw = b"tagwork.ledger.leaf/1\x00" + NONCE + b"\x00\x0bworker_main" + b"\x00\x08worker:a" + (5).to_bytes(16, "big")
    assert leaf_node(leaf("worker:a", 5)) == Node(hashlib.sha256(raw).digest(), 5)


def test_a_node_hashes_both_sums_so_that_neither_can_shrink() -> None:
    left, right = leaf_node(leaf("a", 5)), leaf_node(leaf("b", 7))
    raw = b"tagwork.ledger.node/1\x00" + left.digest + (5).to_bytes(16, "big") + right.digest + (7).to_bytes(16, "big")
    assert parent(left, right) == Node(hashlib.sha256(raw).digest(), 12)


def test_an_odd_leaf_is_counted_once() -> None:
    nodes = [leaf_node(leaf(owner, amount)) for owner, amount in (("a", 1), ("b", 2), ("c", 4))]
    assert levels(nodes)[-1] == [parent(parent(nodes[0], nodes[1]), nodes[2])]
    assert levels(nodes)[-1][0].sum_micros == 7


def test_a_tree_of_nobody_is_none() -> None:
    with pytest.raises(ValueError):
        levels([])


def test_a_debt_cannot_be_hidden_in_a_negative_leaf() -> None:
    with pytest.raises(OverflowError):
        leaf_node(leaf("a", -1))
    honest = leaf_node(leaf("a", 5))
    with pytest.raises(OverflowError):
        root_of(leaf("a", 5), [Step("left", Node(honest.digest, -5))])


AMOUNTS = st.lists(st.integers(min_value=0, max_value=2**62), min_size=1, max_size=40)


@given(amounts=AMOUNTS)
def test_every_path_leads_to_the_root_and_the_root_has_the_total(amounts: list[int]) -> None:
    leaves = [leaf(f"worker:{place}", amount) for place, amount in enumerate(amounts)]
    tree = levels([leaf_node(one) for one in leaves])
    [root] = tree[-1]
    assert root.sum_micros == sum(amounts)
    for place, one in enumerate(leaves):
        assert root_of(one, path(tree, place)) == root


@given(amounts=AMOUNTS, data=st.data())
def test_another_amount_owner_or_place_leads_elsewhere(amounts: list[int], data: st.DataObject) -> None:
    leaves = [leaf(f"worker:{place}", amount) for place, amount in enumerate(amounts)]
    tree = levels([leaf_node(one) for one in leaves])
    [root] = tree[-1]
    place = data.draw(st.integers(0, len(leaves) - 1))
    steps = path(tree, place)
    assert root_of(leaf(leaves[place].owner, amounts[place] + 1), steps) != root
    assert root_of(leaf("worker:stranger", amounts[place]), steps) != root
    for at, (side, node) in enumerate(steps):
        shifted = [*steps[:at], Step(side, Node(node.digest, node.sum_micros + 1)), *steps[at + 1 :]]
        assert root_of(leaves[place], shifted) != root
