from tagwork.kit import clock
from tagwork.payouts import policy
from tagwork.payouts.models import WalletFloat
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, node_of


def observe_float(method: str) -> None:
    """Asks the node of a method what its wallet could pay now, and keeps it for the pages; without a node does nothing.

    It reads only, so it needs no lock, and a surprise freezes nothing: the next run will meet it. No transaction may be
    open.
    """
    coin = rails()[method].coin
    node = node_of(method, coin) if coin is not None else None
    if node is None:
        return
    try:
        # A node of another network, or one that still loads blocks, shows another balance than the true one.
        node.tip(policy.network_of(method))
        coins = node.coins()
    except (NodeUnavailable, NodeSurprise) as error:
        news = {"asked_at": clock.now(), "problem": str(error)[:300]}
    else:
        now = clock.now()
        news = {
            "units": sum(coins.values()),
            "coins": len(coins),
            "seen_at": now,
            "asked_at": now,
            "problem": "",
        }
    WalletFloat.objects.update_or_create(method=method, defaults=news)
