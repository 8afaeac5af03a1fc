"""A client's money: what is available, what came in, what is put into which project."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tagwork.kit.ids import encode
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import Kind
from tagwork.payouts.queries import deposits_of
from tagwork.people.access import Policy, policy
from tagwork.people.queries import organisations_of
from tagwork.projects.queries import projects_of
from tagwork.web.client.mine import person_of

DEPOSITS_SHOWN = 20


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
        "organisations": [
            {
                "organisation": one,
                "reference": encode("o", one.pk),
                "available_micros": available.get(f"organisation:{one.pk}", 0),
                "deposits": deposits_of(one, limit=DEPOSITS_SHOWN),
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
        ]
    }
    return render(request, "web/client/money.html", context)
