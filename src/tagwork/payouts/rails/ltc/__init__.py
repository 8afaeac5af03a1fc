"""Litecoin."""

from tagwork.payouts.rails.coins import coin_rail
from tagwork.payouts.rails.interface import Coin

_LITECOIN_CORE = Coin(
    chains={"main": "main", "test": "test", "regtest": "regtest"},
    fee_call="estimatesmartfee",
    fee_parameters=(6,),
    # The dust border of the widest output we pay, a key's hash: measured on 0.21.2.
    least_units=5_460,
    # Whoever sends pays the least fee to it, and every wallet knows it. Bitcoin Cash Node has one kind only.
    address_parameters=("bech32",),
)

# Six blocks of 2.5 minutes.
RAIL = coin_rail("ltc", "final about 15 minutes after sending", _LITECOIN_CORE)
