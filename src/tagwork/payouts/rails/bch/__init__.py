"""Bitcoin Cash."""

from tagwork.payouts.rails.coins import coin_rail

# Six blocks of 10 minutes.
RAIL = coin_rail("bch", "final about 1 hour after sending")
