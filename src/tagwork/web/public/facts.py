"""The numbers of the public pages, each read where the code that keeps the promise reads it."""

from typing import Any

from tagwork.core.scoring import Thresholds
from tagwork.core.skill import TierRules
from tagwork.kit import settings
from tagwork.kit.settings import in_force
from tagwork.payouts import policy as payout_policy
from tagwork.payouts.queries import title_of
from tagwork.projects import policy as project_policy

ROOMS = ("quality.", "standing.", "work.")


def facts() -> dict[str, Any]:
    """For the templates: `quality.appeal_days` is `{{ quality.appeal_days }}`; amounts end in `_micros`."""
    return {
        **_by_room(),
        "settings_version": settings.version(),
        "thresholds": Thresholds(),
        "tiers": [{"step": step, "bonus_percent": step.bonus_bp // 100} for step in TierRules().steps],
        "windows_below": TierRules().windows_below,
        "lease_minutes": in_force("work.lease_shortest_seconds") // 60,
        "lease_longest_minutes": in_force("work.lease_longest_seconds") // 60,
        "grace_minutes": in_force("work.grace_seconds") // 60,
        "rate_floor_micros": in_force(project_policy.RATE_FLOOR_MICROS),
        "per_thousand_micros": in_force(project_policy.RATE_FLOOR_MICROS) * 1000,
        "hourly_floor_micros": in_force(project_policy.HOURLY_FLOOR_MICROS),
        "fee_percent": in_force(project_policy.FEE_BASIS_POINTS) / 100,
        "methods": [
            {
                "title": title_of(method),
                "minimum_micros": payout_policy.minimum_micros(method),
                "fee_micros": payout_policy.fee_micros(method),
                "fee_percent": f"{payout_policy.fee_basis_points(method) / 100:g}",
                "fee_basis_points": payout_policy.fee_basis_points(method),
            }
            for method in payout_policy.offered_methods()
        ],
        "run_hour": in_force(payout_policy.RUN_HOUR_UTC),
        "cooldown_hours": in_force(payout_policy.COOLDOWN_SECONDS) // 3600,
        "review_above_micros": in_force(payout_policy.DAY_LIMIT_MICROS),
        "two_operators_from_micros": in_force(payout_policy.SECOND_OPERATOR_FROM_MICROS),
    }


def _by_room() -> dict[str, dict[str, Any]]:
    rooms: dict[str, dict[str, Any]] = {prefix.removesuffix("."): {} for prefix in ROOMS}
    for one in settings.declarations():
        room, _, name = one.name.partition(".")
        if room in rooms:
            rooms[room][name] = in_force(one.name)
    return rooms
