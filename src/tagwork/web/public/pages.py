"""What the house promises, for anyone to read before they sign up; the numbers are those in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tagwork.people.access import Policy, policy
from tagwork.web.public.facts import facts


@policy(Policy.ANYONE)
def help_(request: HttpRequest) -> HttpResponse:
    return render(request, "web/public/help.html", facts())


@policy(Policy.ANYONE)
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "web/public/rules.html", facts())


@policy(Policy.ANYONE)
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "web/public/terms.html", facts())


@policy(Policy.ANYONE)
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "web/public/privacy.html", facts())
