"""What the house thinks of a worker's work, why, and what follows from it."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from tagwork.core.skill import TierRules
from tagwork.kit import settings
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects.queries import project_names
from tagwork.quality.queries import appealable
from tagwork.standing import queries
from tagwork.standing.models import Restriction
from tagwork.tutorial.lessons import lesson_for
from tagwork.web.status import look_of
from tagwork.web.worker import words
from tagwork.web.worker.reports import AppealForm
from tagwork.work.queries import skip_counts
from tagwork.work.rules import skip_rate_percent

# The settings that decide about standing, in the order in which the page tells them.
RULE_SETTINGS = (
    "standing.window",
    "standing.act_after",
    "standing.warn_below_percent",
    "standing.retrain_below_percent",
    "standing.pause_below_percent",
    "standing.pause_days",
    "work.skip_window",
    "work.skip_free_percent",
    "work.skip_throttle_percent",
    "work.skip_counts_from",
    "standing.throttle_hours",
    "standing.fraud_freeze_days",
)


def _with_unit(name: str, value: int) -> str:
    """A setting's value in the unit its name ends on; a count has none."""
    match name.rpartition("_")[2]:
        case "percent":
            return f"{value} %"
        case "days":
            return ngettext("%(days)s day", "%(days)s days", value) % {"days": value}
        case "hours":
            return gettext("%(number)s h") % {"number": value}
    return str(value)


@policy(Policy.WORKER)
def standing(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    restrictions = list(queries.restrictions_of(person.pk))
    names = project_names(_project_ids(restrictions))
    until = {one.id: one.until for one in appealable(person) if one.kind == "restriction"}
    skipped, finished = skip_counts(person.pk)
    texts = {one.name: gettext(one.text) for one in settings.declarations()}
    context = {
        "progress": [_progress(one) for one in queries.progress_of(person.pk)],
        "restrictions": [
            {
                "row": row,
                "scope": _scope(row.scope, names),
                "subjects": _subjects(row),
                "facts": _facts(row),
                "lesson": _lesson(row),
                "appeal_until": until.get(row.pk),
                "form": AppealForm(auto_id=f"id_{row.pk.hex[-8:]}_%s"),
            }
            for row in restrictions
        ],
        "has_active": any(row.state == Restriction.State.ACTIVE for row in restrictions),
        "skip": {
            "skipped": skipped,
            "finished": finished,
            "percent": skip_rate_percent(skipped, finished),
            "free": settings.in_force("work.skip_free_percent"),
            "throttle": settings.in_force("work.skip_throttle_percent"),
            "counts_from": settings.in_force("work.skip_counts_from"),
        },
        "steps": [
            {"step": step, "bonus_percent": step.bonus_bp // 100, "word": step.tier.value} for step in TierRules().steps
        ],
        "windows_below": TierRules().windows_below,
        "rules": [(texts[name], _with_unit(name, int(settings.in_force(name)))) for name in RULE_SETTINGS],
        "warn_ratio": settings.in_force("standing.warn_below_percent") / 100,
    }
    return render(request, "web/worker/standing.html", context)


def _progress(one: queries.Progress) -> dict[str, Any]:
    low, high = one.accuracy.interval
    step = one.next_step
    return {
        "skill": one.skill,
        "task_type": words.task_type(one.skill.task_type),
        "ratio": one.accuracy.ratio,
        "low": low,
        "high": high,
        "next": step,
        "next_word": look_of(step.tier.value).word if step else "",
        "next_checked": one.next_checked,
        "next_ratio": one.next_correct / one.next_checked if one.next_checked else None,
        "bonus_percent": step.bonus_bp // 100 if step else 0,
        "curve": [(str(number), ratio) for number, ratio in one.curve],
    }


def _project_ids(restrictions: list[Restriction]) -> list[UUID]:
    return [UUID(row.scope.removeprefix("project:")) for row in restrictions if row.scope.startswith("project:")]


def _scope(scope: str, names: dict[UUID, str]) -> str:
    kind, _, rest = scope.partition(":")
    if kind == "type":
        return gettext("Tasks of one kind: %(kind)s") % {"kind": words.task_type(rest)}
    if kind == "project":
        return gettext("One project: %(name)s") % {"name": names.get(UUID(rest), gettext("a project that is gone"))}
    return gettext("All paid work")


def _lesson(row: Restriction) -> str:
    """The lesson that ends a retraining; "" for everything else."""
    is_wanted = row.kind == Restriction.Kind.RETRAINING and row.state == Restriction.State.ACTIVE
    return lesson_for(row.scope.removeprefix("type:")) if is_wanted else ""


def _subjects(row: Restriction) -> list[UUID]:
    """The answers it rests on, for links to their receipts."""
    subjects = [str(one).partition(":") for one in row.evidence.get("subjects", [])]
    return [UUID(raw) for kind, _, raw in subjects if kind == "submission"]


def _facts(row: Restriction) -> list[tuple[str, object]]:
    counts = row.evidence.get("counts")
    plain = {**row.evidence, **(counts if isinstance(counts, dict) else {})}
    hidden = ("subjects", "counts", "settings_version")
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, value in plain.items()
        if name not in hidden and isinstance(value, str | int)
    ]
