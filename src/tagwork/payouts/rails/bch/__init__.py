"""Bitcoin Cash."""

from tagwork.payouts.rails.coins import coin_rail
from tagwork.payouts.rails.interface import Coin

_BITCOIN_CASH_NODE = Coin(
    chains={"main": "main", "test": "test", "regtest": "regtest"},
    # estimatesmartfee is not there.
    fee_call="estimatefee",
    fee_parameters=(),
    least_units=546,
)

# Six blocks of 10 minutes.
RAIL = coin_rail("bch", "final about 1 hour after sending", _BITCOIN_CASH_NODE)
