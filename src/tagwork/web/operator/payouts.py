"""Payouts by node and service: wallets and their float, rates, runs, freezes, batches, and a year's totals."""

import csv
import io
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tagwork.kit import audit, clock
from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import decode, encode
from tagwork.kit.settings import in_force
from tagwork.kit.sheets import plain_cell
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts import console, deposit_rules, queries
from tagwork.payouts import policy as payout_policy
from tagwork.payouts.advice import LEFT_OUT, NO_RATE, advice_on, waits_text
from tagwork.payouts.alarm_words import seen_of_freeze, stands_still
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.start_run import start_run
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.countries import COUNTRIES
from tagwork.people.models import Person
from tagwork.web.operator.actors import named
from tagwork.web.operator.alarms import alarm_rows
from tagwork.web.operator.overview import ACCOUNTS
from tagwork.web.operator.services import service_batch
from tagwork.web.worker.money import dollars

FIRST_YEAR = 2026
YEAR_HEAD = (
    "year", "person", "email", "country", "earned_usd", "paid_out_usd", "fees_usd", "payouts",
    "tax_form", "tax_country", "tax_number",
    # What a tax form may ask for and this house does not know: to be filled in by whoever keeps those papers.
    "legal_name", "postal_address", "date_of_birth",
)  # fmt: skip


def _answers(sources: Sequence[console.SourceAnswer]) -> list[dict[str, Any]]:
    return [{"one": one, "why_not": LEFT_OUT.get(one.why_not, one.why_not)} for one in sources]


def _batch(row: console.BatchRow) -> dict[str, Any]:
    return {"row": row, "advice": advice_on(row.attention, row.is_overdue), "public_id": encode("b", row.id)}


@policy(Policy.OPERATOR)
def payouts(request: HttpRequest) -> HttpResponse:
    """`?after=` goes on in the list of past batches."""
    return _page(request)


def _page(request: HttpRequest, *, problem: str = "", note: str = "", refused: UUID | None = None) -> HttpResponse:
    coins = console.coin_rows()
    runs = console.open_runs()
    freezes = queries.freezes_in_force()
    names = named(run.started_by for run in runs)
    past = console.batches_past(decode("b", request.GET.get("after", "")))
    totals = totals_by_kind()
    context = {
        "wallets": coins.wallets,
        "rates": [
            {"row": row, "answers": _answers(row.answers), "refused": NO_RATE.get(row.refused, row.refused)}
            for row in coins.rates
        ],
        "asks_exchanges": bool(payout_policy.rate_sources()),
        "runs": [
            {"row": run, "by": names.get(run.started_by, ""), "waits_for": waits_text(run.waits_for)} for run in runs
        ],
        "freezes": [
            {
                "row": one,
                "title": console.title_of(one.method),
                "is_deposits": bool(deposit_rules.watched_method(one.method)),
                "seen": seen_of_freeze(one.method, one.code, one.detail),
                "stops": stands_still(one.method),
            }
            for one in freezes
        ],
        "frozen": {one.method for one in freezes},
        "refused": refused,
        "problem": problem,
        "note": note,
        "under_way": [_batch(row) for row in console.batches_under_way()],
        "past": [_batch(row) for row in past],
        "services": console.services(),
        "services_under_way": [service_batch(row) for row in console.service_batches_under_way()],
        "services_past": [service_batch(row) for row in console.service_batches_past()],
        "next": encode("b", past[-1].id) if len(past) == console.PAGE else None,
        "accounts": [(title, totals[kind]) for kind, title in ACCOUNTS.items()],
        "alarms": alarm_rows(coins),
        "limit_micros": int(in_force(payout_policy.SECOND_OPERATOR_FROM_MICROS)),
        "run_hour": int(in_force(payout_policy.RUN_HOUR_UTC)),
        "this_year": clock.now().year,
    }
    return render(request, "web/operator/payouts.html", context, status=409 if problem else 200)


@policy(Policy.OPERATOR)
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    view = console.batch_view(batch_id)
    names = named([view.started_by, *(str(line.worker_id) for line in view.lines)])
    context = {
        **_batch(view.row),
        "batch": view,
        "answers": _answers(view.sources),
        "started_by": names.get(view.started_by, _("by itself")),
        "lines": [{"row": line, "worker": names.get(str(line.worker_id), "")} for line in view.lines],
    }
    return render(request, "web/operator/batch.html", context)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def run(request: HttpRequest, method: str) -> HttpResponse:
    try:
        start_run(cast(Person, request.user), method)
    except Refusal as refusal:
        return _page(request, problem=refusal.text)
    messages.success(request, _("The run is started; it appears here and goes on by itself. You may leave this page."))
    return redirect("operate-console")


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def lift(request: HttpRequest, freeze_id: UUID) -> HttpResponse:
    note = request.POST.get("note", "")
    try:
        lift_freeze(cast(Person, request.user), freeze_id, note)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, problem=refusal.text, note=note, refused=freeze_id)
    messages.success(request, _("The freeze is lifted. Payouts go on within seconds."))
    return redirect("operate-console")


def _country(code: str) -> str:
    return _(COUNTRIES[code]) if code in COUNTRIES else _("No country in the profile")


@policy(Policy.OPERATOR)
def year(request: HttpRequest, number: int) -> HttpResponse:
    """What each payee earned and was paid in a year, by country."""
    _check_year(number)
    payees = console.year_of_payees(number)
    context = {
        "year": number,
        "years": range(FIRST_YEAR, clock.now().year + 1),
        "countries": [{"row": row, "name": _country(row.country)} for row in console.by_country(payees)],
        "payees": len(payees),
        "earned_micros": sum(row.earned_micros for row in payees),
        "paid_micros": sum(row.paid_micros for row in payees),
    }
    return render(request, "web/operator/year.html", context)


@policy(Policy.OPERATOR)
def year_file(request: HttpRequest, number: int) -> HttpResponse:
    """The same, one payee a line, as CSV (RFC 4180, UTF-8); amounts as plain numbers with a point.

    A look has the last characters of tax numbers; the whole ones are for whoever confirms and is written down.
    """
    _check_year(number)
    return _whole_year_file(request, number) if request.method == "POST" else _year_file(number, is_whole=False)


@fresh_factor
def _whole_year_file(request: HttpRequest, number: int) -> HttpResponse:
    audit.record(cast(Person, request.user).pk, "tax_numbers.exported", f"year:{number}", {})
    return _year_file(number, is_whole=True)


def _year_file(number: int, *, is_whole: bool) -> HttpResponse:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(YEAR_HEAD)
    for row in console.year_of_payees(number):
        amounts = [dollars(micros) for micros in (row.earned_micros, row.paid_micros, row.fee_micros)]
        cells = [str(number), encode("p", row.worker_id), row.email, row.country, *amounts, str(row.payouts)]
        if row.tax is not None:
            cells += [row.tax.form, row.tax.country, row.tax.number if is_whole else row.tax.masked]
        writer.writerow([plain_cell(cell) for cell in cells] + [""] * (len(YEAR_HEAD) - len(cells)))
    return HttpResponse(
        file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="tagwork-payees-{number}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _check_year(number: int) -> None:
    if not FIRST_YEAR <= number <= clock.now().year:
        raise NotFound("There is no such year here.")
