from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from tagwork.core.money import format_usd
from tagwork.kit.settings import in_force
from tagwork.payouts.policy import minimum_micros, offered_methods
from tagwork.payouts.queries import title_of
from tagwork.people.access import Policy, policy
from tagwork.projects.policy import HOURLY_FLOOR_MICROS, RATE_FLOOR_MICROS
from tagwork.web.navigation import home_url, url_of


@policy(Policy.ANYONE)
def home(request: HttpRequest) -> HttpResponse:
    """What Tagwork is, for strangers; the own first page for those who are signed in."""
    if request.user.is_authenticated:
        return redirect(home_url(request.user))
    context = {
        "rates_url": url_of("rates"),
        "rate_floor": format_usd(in_force(RATE_FLOOR_MICROS)),
        "rate_floor_per_thousand": format_usd(in_force(RATE_FLOOR_MICROS) * 1000),
        "hourly_floor": format_usd(in_force(HOURLY_FLOOR_MICROS)),
        "withdrawal_minimum": format_usd(min(minimum_micros(method) for method in offered_methods())),
        "methods": [title_of(method) for method in offered_methods()],
    }
    return render(request, "web/home.html", context)


@policy(Policy.ANYONE)
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for by browsers on pages that are not ours to write, such as the admin's."""
    return redirect(static("web/icon.svg"))
