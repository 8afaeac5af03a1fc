"""Pages for what went wrong: what happened, why, what next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tagwork.kit.errors import Forbidden, Invalid, NotFound, Refusal, WrongState

# The first class that fits decides; a Refusal of another kind is a conflict with the state of things.
STATUSES: tuple[tuple[type[Refusal], int], ...] = ((NotFound, 404), (Forbidden, 403), (Invalid, 422), (WrongState, 409))
TITLES = {
    403: gettext_lazy("You cannot open this"),
    404: gettext_lazy("There is no such page"),
    409: gettext_lazy("That cannot be done now"),
    422: gettext_lazy("Something in it is not right"),
}


def render_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = next((code for kind, code in STATUSES if isinstance(refusal, kind)), 409)
    if status == 404:
        return page_not_found(request)
    link = refusal.next_step if refusal.next_step.startswith("/") else ""
    return _problem(
        request, status, str(TITLES[status]), refusal.text, link=link, advice="" if link else refusal.next_step
    )


def _problem(
    request: HttpRequest, status: int, title: str, text: str, *, link: str = "", advice: str = ""
) -> HttpResponse:
    context = {"title": title, "text": text, "link": link, "advice": advice, "status": status}
    return render(request, "web/problem.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(
        request,
        400,
        _("We could not read this request"),
        _("Something in the address or in what was sent is broken. Go back, reload the page and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Your account does not reach this page. If you think it should, tell us on the reports page.")
    return _problem(request, 403, _("You cannot open this"), text)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("The address may be mistyped, the page may have moved, or it is not for your account.")
    return _problem(request, 404, _("There is no such page"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _(
        "For your safety we only accept a form from a page that we showed you. The page was open for long, was opened "
        "before you signed in, or your browser refuses our cookies. Go back, reload the page and send it again."
    )
    return _problem(request, 403, _("The form was too old"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without a context processor: whatever broke may break there again."""
    return HttpResponse(render_to_string("web/500.html"), status=500)
