"""A client's money: what is available, what came in, what is put into which project."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import Kind
from tagwork.payouts.deposits import deposit_titles
from tagwork.payouts.invoices import ClientMonth, client_month, month_from, months_of
from tagwork.payouts.queries import deposits_of
from tagwork.people.access import Policy, policy
from tagwork.people.queries import organisations_of
from tagwork.projects.queries import projects_of
from tagwork.web.client.mine import person_of

DEPOSITS_SHOWN = 20
MONTHS_SHOWN = 24


@policy(Policy.CLIENT)
def money(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    organisations = list(organisations_of(person))
    projects = list(projects_of(person))
    owners = [f"project:{one.pk}" for one in projects]
    available = ledger_queries.balances_by_owner(
        Kind.CLIENT_AVAILABLE, [f"organisation:{one.pk}" for one in organisations]
    )
    escrow = ledger_queries.balances_by_owner(Kind.PROJECT_ESCROW, owners)
    reserved = ledger_queries.reserved_by_owner(Kind.PROJECT_ESCROW, owners)
    context = {
        "coins": deposit_titles(),
        "organisations": [
            {
                "organisation": one,
                "reference": encode("o", one.pk),
                "available_micros": available.get(f"organisation:{one.pk}", 0),
                "deposits": deposits_of(one, limit=DEPOSITS_SHOWN),
                "months": months_of(one)[:MONTHS_SHOWN],
                "projects": [
                    {
                        "project": project,
                        "escrow_micros": escrow[owner],
                        "reserved_micros": reserved.get(owner, 0),
                    }
                    for project, owner in zip(projects, owners, strict=True)
                    if project.organisation_id == one.pk and escrow.get(owner)
                ],
            }
            for one in organisations
        ],
    }
    return render(request, "web/client/money.html", context)


def _month(request: HttpRequest, organisation_id: UUID, month: str) -> ClientMonth:
    """Raises NotFound for a stranger's organisation, and for what is no month."""
    first = month_from(month)
    organisation = next((one for one in organisations_of(person_of(request)) if one.pk == organisation_id), None)
    if organisation is None or first is None:
        raise NotFound(_("There is no such month of an organisation of yours."))
    return client_month(organisation, first)


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


@policy(Policy.CLIENT)
def month_pdf(request: HttpRequest, organisation_id: UUID, month: str) -> HttpResponse:
    # Imported here: the PDF library is large, and only this page needs it.
    from tagwork.payouts.papers import as_pdf

    found = _month(request, organisation_id, month)
    return _file(as_pdf(found), "application/pdf", f"tagwork-{found.number}.pdf")


@policy(Policy.CLIENT)
def month_csv(request: HttpRequest, organisation_id: UUID, month: str) -> HttpResponse:
    from tagwork.payouts.papers import as_csv

    found = _month(request, organisation_id, month)
    return _file(as_csv(found), "text/csv; charset=utf-8", f"tagwork-{found.number}.csv")
