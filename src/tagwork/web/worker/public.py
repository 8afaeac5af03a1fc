"""Pages for everybody: the rate card and the country guides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tagwork.core.skill import TierRules
from tagwork.kit.errors import NotFound
from tagwork.kit.settings import in_force
from tagwork.payouts.rails import rails
from tagwork.people.access import Policy, policy
from tagwork.projects import policy as project_policy
from tagwork.projects.queries import rate_card
from tagwork.web import country_guides
from tagwork.web.worker import words

CENT_DIGITS = 4  # of a micro-dollar amount: the measure behind an hourly figure is not finer than a cent
METHOD_TITLES = {"paypal": "PayPal", "payoneer": "Payoneer"}
UNIT_WORDS = {"hour": _("an hour"), "day": _("a day"), "month": _("a month")}
ROUTE_WORDS = {
    "usual": _("Usual"),
    "possible": _("Possible"),
    "restricted": _("Restricted"),
    "unavailable": _("Not available"),
}


@policy(Policy.ANYONE)
def rates(request: HttpRequest) -> HttpResponse:
    context = {
        "rates": [
            {
                "rate": rate,
                "task_type": words.task_type(rate.task_type),
                "hourly_micros": round(rate.hourly_micros[1], -CENT_DIGITS),
            }
            for rate in rate_card()
        ],
        "hourly_floor_micros": in_force(project_policy.HOURLY_FLOOR_MICROS),
        "rate_floor_micros": in_force(project_policy.RATE_FLOOR_MICROS),
        "fee_percent": in_force(project_policy.FEE_BASIS_POINTS) / 100,
        "steps": [{"step": step, "bonus_percent": step.bonus_bp // 100} for step in TierRules().steps],
    }
    return render(request, "web/worker/rates.html", context)


@policy(Policy.ANYONE)
def guides(request: HttpRequest) -> HttpResponse:
    context = {"guides": country_guides.guides(get_language() or ""), "own": getattr(request.user, "country", "")}
    return render(request, "web/worker/guides.html", context)


@policy(Policy.ANYONE)
def guide(request: HttpRequest, code: str) -> HttpResponse:
    language = get_language() or ""
    found = country_guides.guide(code, language)
    if found is None:
        raise NotFound("There is no guide for this country yet.")
    routes = [
        {"route": route, "title": _title(route.method), "word": ROUTE_WORDS[route.status]} for route in found.routes
    ]
    context = {
        "guide": found,
        "unit": UNIT_WORDS[found.pay.unit],
        "routes": routes,
        "notes": country_guides.notes(language),
    }
    return render(request, "web/worker/guide.html", context)


def _title(method: str) -> str:
    rail = rails().get(method)
    return rail.title if rail else METHOD_TITLES.get(method, method)
