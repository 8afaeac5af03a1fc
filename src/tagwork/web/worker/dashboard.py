"""The worker's first page: what is earned, what is being checked, what to do next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tagwork.kit import clock
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.queries import held_micros
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.people.rules import missing_fields, missing_text, profile_percent
from tagwork.standing import queries as standing_queries
from tagwork.standing.models import Restriction
from tagwork.tutorial import queries as tutorial_queries
from tagwork.web.worker import words
from tagwork.work import queries as work_queries

CHART_DAYS = 30
NEWEST_SHOWN = 5


class Step(NamedTuple):
    title: str
    text: str
    action: str
    url: str


@policy(Policy.WORKER)
def dashboard(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    owner = f"worker:{person.pk}"
    today = clock.now().astimezone(zone_of(person)).date()
    earned = earned_by_day(person, today)
    restrictions = list(standing_queries.active_restrictions(person.pk))
    return render(
        request,
        "web/worker/dashboard.html",
        {
            "pending_micros": ledger.pending_micros(owner),
            "main_micros": ledger.balance_micros(AccountRef("worker_main", owner)),
            "held_micros": held_micros(person),
            "today_micros": earned.get(today, 0),
            "month_micros": sum(earned.values()),
            "points": chart_points(earned, today),
            "step": _next_step(person, restrictions),
            "skills": [(words.task_type(one.task_type), one.tier) for one in standing_queries.skills_of(person.pk)],
            "restrictions": restrictions,
            "newest": work_queries.submissions_of(person.pk, limit=NEWEST_SHOWN),
        },
    )


def zone_of(person: Person) -> ZoneInfo:
    try:
        return ZoneInfo(person.time_zone or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")  # a zone that the system's table has dropped


def earned_by_day(person: Person, today: date) -> Mapping[date, int]:
    """What approvals brought in on each of the last days of the person's own calendar."""
    zone = zone_of(person)
    since = datetime.combine(today - timedelta(days=CHART_DAYS - 1), datetime.min.time(), zone)
    return ledger.settled_by_day(AccountRef("worker_main", f"worker:{person.pk}"), since, zone)


def chart_points(earned: Mapping[date, int], today: date) -> list[tuple[str, int]]:
    days = [today - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    return [(f"{day.day} {day:%b}", earned.get(day, 0)) for day in days]


def _next_step(person: Person, restrictions: Sequence[Restriction]) -> Step:
    if any(one.kind in standing_queries.BLOCKING and one.scope == "all" for one in restrictions):
        return Step(
            _("Paid work is closed to you for now"),
            _("You can see the evidence and the end, appeal, and withdraw your balance as ever."),
            _("See why, and appeal"),
            reverse("standing"),
        )
    missing = missing_fields(person, "paid_work")
    if missing:
        return Step(
            _("Complete your profile"),
            _("It is %(percent)s %% done. Paid work still needs %(missing)s.")
            % {"percent": profile_percent(person), "missing": missing_text(missing, _)},
            _("Open the profile"),
            reverse("profile"),
        )
    if not tutorial_queries.is_passed(person.pk):
        return Step(
            _("Take the tutorial"),
            _("About five minutes, unpaid, and it opens every task. What you have done so far is kept."),
            _("Open the tutorial"),
            reverse("tutorial"),
        )
    held = work_queries.live_assignments(person.pk)
    if held:
        return Step(
            _("Go on where you left off"),
            words.in_hand(held),
            _("Continue"),
            reverse("work-project", args=[held[0].project_id]),
        )
    return Step(
        _("Start working"),
        _("Pick a project; the next image comes by itself."),
        _("See the projects"),
        reverse("work"),
    )
