from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from tagwork.people.access import Policy, policy
from tagwork.web.navigation import home_url, url_of


@policy(Policy.ANYONE)
def home(request: HttpRequest) -> HttpResponse:
    """What Tagwork is, for strangers; the own first page for those who are signed in."""
    if request.user.is_authenticated:
        return redirect(home_url(request.user))
    return render(request, "web/home.html", {"rates_url": url_of("rates")})


@policy(Policy.ANYONE)
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for by browsers on pages that are not ours to write, such as the admin's."""
    return redirect(static("web/icon.svg"))
