from tagwork.payouts.errors import AddressNotPayable
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, node_of


def ask_node(method: str, address: str, payee: str, *, field: str) -> None:
    """Refuses an address that the coin's own node does not read as we do. Raises AddressNotPayable, of `field`.

    Never inside a transaction: another host is asked. Where no node is named, or it does not answer within seconds, the
    address stands for now: it is asked again when it is batched, and then a disagreement holds the withdrawal.
    """
    coin = rails()[method].coin
    node = node_of(method, coin) if coin is not None else None
    if node is None:
        return
    try:
        script = node.script_of(address, quick=True)
    except (NodeUnavailable, NodeSurprise):
        return
    if script != payee:
        raise AddressNotPayable(
            "The coin's network does not accept this address; copy it once more.", field=field, notes=()
        )
