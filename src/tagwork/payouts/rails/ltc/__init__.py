"""Litecoin."""

from tagwork.payouts.rails.coins import coin_rail

# Six blocks of 2.5 minutes.
RAIL = coin_rail("ltc", "final about 15 minutes after sending")
