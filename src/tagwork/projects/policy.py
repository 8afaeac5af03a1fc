"""Settings of this room; an operator may change them, pages show the value in force."""

from typing import Any

from tagwork.kit import settings

FEE_BASIS_POINTS = "projects.fee_basis_points"
HOURLY_FLOOR_MICROS = "projects.hourly_floor_micros"
RATE_FLOOR_MICROS = "projects.rate_floor_micros"


def _basis_points(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 0 <= value <= 10_000 else "use a whole number from 0 to 10000 (100 %)"


settings.declare(FEE_BASIS_POINTS, 0, "Fee on top of a worker's pay, in hundredths of a percent.", _basis_points)
settings.declare(HOURLY_FLOOR_MICROS, 3_000_000, "The least an hour at typical speed must pay, in micro-dollars.")
settings.declare(RATE_FLOOR_MICROS, 2_000, "The least any accepted answer must pay, in micro-dollars ($2 per 1,000).")
