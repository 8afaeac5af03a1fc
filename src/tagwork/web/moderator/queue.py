"""What waits for a moderator, with its clocks; and what they decided themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tagwork.kit import clock
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.quality import queries
from tagwork.quality.rules import REASON_TEXTS

LISTED = 30
PER_PAGE = 50
WHAT = {
    "appeal": _("Appeal"),
    "flag": _("Flag"),
    "report": _("Report"),
    "submission": _("Submission"),
    "dispute": _("Dispute"),
}
DECISIONS = {
    "submission": _("against a rejection"),
    "flag": _("against a flag found not justified"),
    "restriction": _("against a restriction"),
}


@dataclass(frozen=True)
class Item:
    """One line. `due_at` of a submission is when the timer approves it; a flag has no clock."""

    kind: str
    id: UUID
    text: str
    since: datetime
    due_at: datetime | None
    is_overdue: bool

    @property
    def page(self) -> str:
        return f"moderation-{self.kind}"

    @property
    def word(self) -> str:
        return str(WHAT[self.kind])


@policy(Policy.MODERATOR_OR_OPERATOR)
def queue(request: HttpRequest) -> HttpResponse:
    """`?kind=` shows one kind; the most pressing first: what has a due time, then flags, then the rest."""
    person = cast(Person, request.user)
    counts = queries.queue_counts(person)
    kind = request.GET.get("kind", "")
    tabs = [
        ("", _("All"), counts.all),
        ("appeal", _("Appeals"), counts.appeals),
        ("report", _("Reports"), counts.reports),
    ]
    if person.is_moderator:
        tabs += [
            ("dispute", _("Disputes"), counts.disputes),
            ("flag", _("Flags"), counts.flags),
            ("submission", _("Submissions"), counts.submissions),
        ]
    context = {
        "counts": counts,
        "tabs": tabs,
        "items": _items(person, kind),
        "figures": queries.own_figures(person) if person.is_moderator else None,
        "can_judge": person.is_moderator and bool(counts.all - counts.reports - counts.disputes),
        "kind": kind,
    }
    return render(request, "web/moderator/queue.html", context)


def _items(person: Person, kind: str) -> list[Item]:
    now = clock.now()
    items: list[Item] = []
    if kind in ("", "appeal"):
        items += [
            Item("appeal", row.pk, str(DECISIONS[row.kind]), row.filed_at, row.due_at, row.due_at < now)
            for row in queries.waiting_appeals(person)[:LISTED]
        ]
    if kind in ("", "report"):
        items += [
            Item("report", row.pk, row.text[:120], row.filed_at, row.due_at, row.due_at < now)
            for row in queries.waiting_reports(person)[:LISTED]
        ]
    if kind in ("", "dispute") and person.is_moderator:
        items += [
            Item("dispute", row.pk, row.submission.project.name, row.filed_at, row.due_at, row.due_at < now)
            for row in queries.waiting_disputes(person)[:LISTED]
        ]
    if kind in ("", "flag") and person.is_moderator:
        items += [
            Item("flag", row.pk, row.project.name, row.created_at, None, False)
            for row in queries.waiting_flags(person)[:LISTED]
        ]
    if kind in ("", "submission") and person.is_moderator:
        items += [
            Item("submission", row.pk, row.project.name, row.submitted_at, row.approve_at, False)
            for row in queries.waiting_submissions(person)[:LISTED]
        ]
    return items


@policy(Policy.MODERATOR)
def decided(request: HttpRequest) -> HttpResponse:
    """Own verdicts, newest first, with what became of them."""
    person = cast(Person, request.user)
    page = Paginator(queries.verdicts_by(person), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "figures": queries.own_figures(person),
        "rows": [
            {
                "verdict": row,
                "reason": _(text) if (text := REASON_TEXTS.get(row.reason_code)) else "",
                "was_overturned": not row.is_approved and row.submission.state == "approved",
            }
            for row in page.object_list
        ],
    }
    return render(request, "web/moderator/decided.html", context)
