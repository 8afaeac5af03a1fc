"""The state of the house on one page: money, queues, deliveries, disk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit.outbox import backlog
from tagwork.kit.storage import disk_space
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import Kind
from tagwork.payouts.queries import counts_by_state
from tagwork.payouts.rules import UNDER_WAY
from tagwork.people.access import Policy, policy
from tagwork.people.queries import proposed_operators
from tagwork.projects.queries import waiting_images
from tagwork.quality.queries import depths
from tagwork.standing.queries import proposed_bans
from tagwork.web.operator.alarms import alarm_rows

ACCOUNTS = {
    Kind.CLIENT_AVAILABLE: _("Clients, free to spend"),
    Kind.PROJECT_ESCROW: _("In projects, for work"),
    Kind.WORKER_MAIN: _("Workers, approved pay"),
    Kind.WITHDRAWAL_HOLD: _("Withdrawals requested"),
    Kind.PAYOUT_CLEARING: _("Payouts on their way"),
    Kind.PLATFORM_FEE: _("Platform fees earned"),
    Kind.WITHDRAWAL_FEE: _("Withdrawal fees earned"),
    Kind.NETWORK_FEE: _("Network fees"),
    Kind.ROUNDING: _("Rounding"),
    Kind.EXTERNAL_IN: _("Came in from outside"),
    Kind.EXTERNAL_OUT: _("Went out"),
}
assert set(ACCOUNTS) == set(Kind), "every kind of account has its word"
# Below this share of the disk an operator must act before uploads fail.
LEAST_FREE_RATIO = 0.1


@policy(Policy.OPERATOR)
def overview(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@policy(Policy.OPERATOR)
def verify(request: HttpRequest) -> HttpResponse:
    """Prove the books now. It changes nothing, but reads them whole: not for every look at the page."""
    return _page(request, ledger_queries.verify())


def _page(request: HttpRequest, report: ledger_queries.VerifyReport | None = None) -> HttpResponse:
    totals = ledger_queries.totals_by_kind()
    withdrawals = counts_by_state()
    disk = disk_space()
    context: dict[str, Any] = {
        "accounts": [(title, totals[kind]) for kind, title in ACCOUNTS.items()],
        "sum_micros": sum(totals.values()),
        "report": report,
        "depths": depths(),
        "images_waiting": waiting_images(),
        "backlog": backlog(),
        "withdrawals_under_way": sum(number for state, number in withdrawals.items() if state in UNDER_WAY),
        "withdrawals_held": withdrawals["held"],
        "disk": disk,
        "disk_is_low": disk.free_bytes < disk.total_bytes * LEAST_FREE_RATIO,
        "bans": list(proposed_bans()),
        "operators": list(proposed_operators()),
        "alarms": alarm_rows(),
    }
    return render(request, "web/operator/overview.html", context)
