"""What the house promises, for anyone to read before they sign up; the numbers are those in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tagwork.people.access import Policy, policy
from tagwork.web.public.facts import facts


def _page(request: HttpRequest, name: str) -> HttpResponse:
    """These pages are translated whole, not by the sentence: `<language>/<name>.html`, else the English one."""
    return render(request, [f"web/public/{get_language()}/{name}.html", f"web/public/{name}.html"], facts())


@policy(Policy.ANYONE)
def help_(request: HttpRequest) -> HttpResponse:
    return _page(request, "help")


@policy(Policy.ANYONE)
def rules(request: HttpRequest) -> HttpResponse:
    return _page(request, "rules")


@policy(Policy.ANYONE)
def terms(request: HttpRequest) -> HttpResponse:
    return _page(request, "terms")


@policy(Policy.ANYONE)
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, "privacy")
