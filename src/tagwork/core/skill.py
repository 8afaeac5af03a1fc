"""A worker's skill as pure folds over checked answers (right or wrong, oldest first): accuracy, tier, ladder."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final, Literal

Z_95: Final = 1.959963984540054


class Tier(StrEnum):
    STARTER = "starter"
    STEADY = "steady"
    EXPERT = "expert"


@dataclass(frozen=True)
class Accuracy:
    """Right answers among the checked ones of a window."""

    correct: int
    checked: int

    @property
    def ratio(self) -> float | None:
        return self.correct / self.checked if self.checked else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.correct, self.checked)


@dataclass(frozen=True)
class TierStep:
    """What a tier asks: `least_percent` right of the last `checked` answers. `bonus_bp` is what it adds to pay."""

    tier: Tier
    checked: int
    least_percent: int
    bonus_bp: int


@dataclass(frozen=True)
class TierRules:
    """DESIGN 2.9. Steps above Starter, rising. A tier is lost after `windows_below` windows in a row below its step."""

    steps: tuple[TierStep, ...] = (
        TierStep(Tier.STEADY, checked=100, least_percent=90, bonus_bp=1_000),
        TierStep(Tier.EXPERT, checked=500, least_percent=95, bonus_bp=2_500),
    )
    windows_below: int = 2

    def bonus_bp(self, tier: Tier) -> int:
        return next((step.bonus_bp for step in self.steps if step.tier == tier), 0)


@dataclass(frozen=True)
class LadderSettings:
    """DESIGN 3: over the last `window` checked answers, from `act_after` on."""

    window: int = 50
    act_after: int = 10
    warn_below_percent: int = 80
    retrain_below_percent: int = 70
    pause_below_percent: int = 60


def wilson_interval(correct: int, checked: int, z: float = Z_95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927), by default at 95 %. Nothing checked says nothing: (0, 1)."""
    if not 0 <= correct <= checked:
        raise ValueError(f"{correct} of {checked} is no proportion")
    if checked == 0:
        return (0.0, 1.0)
    ratio, weight = correct / checked, z * z / checked
    middle = (ratio + weight / 2) / (1 + weight)
    half = z * sqrt(ratio * (1 - ratio) / checked + weight / (4 * checked)) / (1 + weight)
    # At 0 and at all right the ends are exactly 0 and 1; the subtraction leaves a rounding error.
    return (0.0 if correct == 0 else middle - half, 1.0 if correct == checked else middle + half)


def rolling_accuracy(history: Sequence[bool], window: int = LadderSettings.window) -> Accuracy:
    """Accuracy over the last `window` checked answers."""
    last = history[-window:]
    return Accuracy(sum(last), len(last))


def tier_after(history: Iterable[bool], rules: TierRules = TierRules()) -> Tier:
    """The tier after these checked answers, oldest first.

    Up: as soon as the last `checked` answers of a higher step reach its percentage (the highest such step counts).
    Down one step: when two windows in a row lie below the tier's own step; windows follow each other without overlap
    and begin when the tier was reached, so one bad day counts once, and a good window between two bad ones forgives.
    """
    tiers = (Tier.STARTER, *(step.tier for step in rules.steps))
    rank, below = 0, 0
    since = correct_since = 0
    recent = [deque[bool](maxlen=step.checked) for step in rules.steps]
    right = [0] * len(rules.steps)
    for outcome in history:
        for place, window in enumerate(recent):
            right[place] += outcome - (window[0] if len(window) == window.maxlen else 0)
            window.append(outcome)
        since += 1
        correct_since += outcome
        if rank and since == rules.steps[rank - 1].checked:
            held = rules.steps[rank - 1]
            below = below + 1 if correct_since * 100 < held.least_percent * since else 0
            since = correct_since = 0
            if below == rules.windows_below:
                rank, below = rank - 1, 0
        for place in reversed(range(rank, len(rules.steps))):
            step = rules.steps[place]
            if len(recent[place]) == step.checked and right[place] * 100 >= step.least_percent * step.checked:
                rank, below, since, correct_since = place + 1, 0, 0, 0
                break
    return tiers[rank]


def ladder_step(
    correct: int, checked: int, settings: LadderSettings = LadderSettings()
) -> Literal["warning", "retraining", "pause"] | None:
    """What the accuracy of the current window calls for; None before `act_after` checked answers and from 80 % on."""
    if not 0 <= correct <= checked:
        raise ValueError(f"{correct} of {checked} is no proportion")
    if checked < settings.act_after:
        return None
    if correct * 100 < settings.pause_below_percent * checked:
        return "pause"
    if correct * 100 < settings.retrain_below_percent * checked:
        return "retraining"
    if correct * 100 < settings.warn_below_percent * checked:
        return "warning"
    return None
