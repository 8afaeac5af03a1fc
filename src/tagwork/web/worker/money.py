"""Every movement of a worker's money, with what it was for; and the same as a file."""

import csv
import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from tagwork.core.money import MICROS_PER_USD
from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.kit.sheets import plain_cell
from tagwork.ledger import queries
from tagwork.ledger.queries import AccountLine
from tagwork.ledger.rules import AccountRef
from tagwork.ledger.statements import statement as ledger_statement
from tagwork.payouts.queries import held_micros, owed_accounts
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects.queries import project_names
from tagwork.web.worker import words
from tagwork.web.worker.dashboard import chart_points, earned_by_day, zone_of

PAGE = 40
HOLDS_SHOWN = 20
STATEMENT_PAGE = 500
STATEMENT_HEAD = (
    "time_utc",
    "what",
    "task",
    "project",
    "rate_usd",
    "verdict_by",
    "amount_usd",
    "balance_usd",
    "journal",
)


@policy(Policy.WORKER)
def money(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    owner = f"worker:{person.pk}"
    account = AccountRef("worker_main", owner)
    lines = queries.lines_of(account, before=_cursor(request), limit=PAGE + 1)
    shown = lines[:PAGE]
    holds = queries.holds_of(owner, limit=HOLDS_SHOWN + 1)
    names = project_names(_project_ids([line.detail for line in shown] + [hold.detail for hold in holds]))
    today = clock.now().astimezone(zone_of(person)).date()
    earned = earned_by_day(person, today)
    context = {
        "pending_micros": queries.pending_micros(owner),
        "main_micros": queries.balance_micros(account),
        "held_micros": held_micros(person),
        "month_micros": sum(earned.values()),
        "points": chart_points(earned, today),
        "lines": [_line(line, names) for line in shown],
        "holds": [_held(hold, names) for hold in holds[:HOLDS_SHOWN]],
        "more_holds": len(holds) > HOLDS_SHOWN,
        "next_cursor": str(shown[-1].id) if len(lines) > PAGE else None,
        "is_first_page": _cursor(request) is None,
    }
    return render(request, "web/worker/money.html", context)


def _cursor(request: HttpRequest) -> int | None:
    given = request.GET.get("after", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _project_ids(details: Sequence[dict[str, Any]]) -> list[uuid.UUID]:
    return [uuid.UUID(str(detail["project"])) for detail in details if detail.get("project")]


def _subject(subject: str) -> tuple[str, uuid.UUID | None]:
    """("submission" | "flag" | "withdrawal" | "", its id)."""
    kind, _, raw = subject.partition(":")
    return (kind, uuid.UUID(raw)) if raw else ("", None)


def _project_name(detail: dict[str, Any], names: dict[uuid.UUID, str]) -> str:
    return names.get(uuid.UUID(str(detail["project"])), "") if detail.get("project") else ""


def _line(line: AccountLine, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    kind, identifier = _subject(line.subject)
    return {
        "at": line.at,
        "what": words.LINE_KINDS.get(line.kind, line.kind.replace("_", " ").capitalize()),
        "subject_kind": kind,
        "subject_id": identifier,
        "project": _project_name(line.detail, names),
        "rate_micros": line.detail.get("rate_micros"),
        "verdict": words.VERDICT_BY.get(str(line.detail.get("verdict", "")), ""),
        "amount_micros": line.amount_micros,
        "running_micros": line.running_micros,
    }


def _held(hold: queries.HeldPay, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    kind, identifier = _subject(hold.subject)
    return {
        "at": hold.at,
        "subject_kind": kind,
        "subject_id": identifier,
        "project": _project_name(hold.detail, names),
        "rate_micros": hold.detail.get("rate_micros"),
        "amount_micros": hold.amount_micros,
    }


class _Echo:
    """A file for csv.writer that hands each row straight back."""

    def write(self, row: str) -> str:
        return row


@policy(Policy.WORKER)
def statement(request: HttpRequest) -> StreamingHttpResponse:
    """The whole history, newest first, as CSV (RFC 4180, UTF-8); amounts as plain numbers with a point."""
    person = cast(Person, request.user)
    writer = csv.writer(_Echo())
    rows = (writer.writerow([plain_cell(cell) for cell in row]) for row in _rows(person))
    name = f"tagwork-statement-{clock.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        rows,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


@policy(Policy.WORKER)
def proof(request: HttpRequest) -> HttpResponse:
    """What the house signed that it owes this worker: for `tagwork ledger check-proof`, by anybody."""
    person = cast(Person, request.user)
    document = ledger_statement(owed_accounts(person))
    name = f"tagwork-proof-{document['checkpoint']['number']}.json"
    return HttpResponse(
        json.dumps(document, indent=1, ensure_ascii=False),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def _rows(person: Person) -> Iterator[Sequence[str]]:
    yield STATEMENT_HEAD
    account = AccountRef("worker_main", f"worker:{person.pk}")
    before: int | None = None
    while lines := queries.lines_of(account, before=before, limit=STATEMENT_PAGE):
        names = project_names(_project_ids([line.detail for line in lines]))
        yield from (_row(line, names) for line in lines)
        before = lines[-1].id


def _row(line: AccountLine, names: dict[uuid.UUID, str]) -> Sequence[str]:
    kind, identifier = _subject(line.subject)
    prefix = {"submission": "s", "flag": "f", "withdrawal": "w"}.get(kind)
    rate = line.detail.get("rate_micros")
    return (
        line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        line.kind,
        encode(prefix, identifier) if prefix and identifier else "",
        _project_name(line.detail, names),
        "" if rate is None else dollars(rate),
        str(line.detail.get("verdict", "")),
        dollars(line.amount_micros),
        dollars(line.running_micros),
        str(line.journal_id),
    )


def dollars(micros: int) -> str:
    """Micros as a decimal number of dollars with six digits, exact: -1500 is -0.001500."""
    whole, rest = divmod(abs(micros), MICROS_PER_USD)
    return f"{'-' if micros < 0 else ''}{whole}.{rest:06d}"
