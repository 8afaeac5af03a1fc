"""Images, to those an address was made for. Only what kit.imaging encoded is ever served, never an upload."""

from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from tagwork.kit import clock
from tagwork.kit.signing import PARAMETER, Purpose, SignatureRefused, verify
from tagwork.kit.storage import local_files
from tagwork.people.access import Policy, policy
from tagwork.people.queries import person_for_token
from tagwork.projects import queries as project_queries
from tagwork.tutorial import queries as tutorial_queries

BEARER = "bearer "


@policy(Policy.ANYONE)
@require_safe
def serve_image(request: HttpRequest, purpose: str, alias: str, name: str) -> HttpResponseBase:
    """`/i/<purpose>/<alias>/<name>?s=…` for the account that asks, by session or bearer token.

    404 for whom or what it was not made, 410 once it has ended (ask for the task again and get a new address).
    Not the sign-in page of other views: what asks here is an <img> or a program.
    """
    account_id = _account_id(request)
    why = next((one for one in Purpose if one == purpose), None)
    if account_id is None or why is None:
        return _refused(404, "There is no such image, or you are not signed in.")
    try:
        ends_at = verify(
            request.path_info, request.GET.get(PARAMETER, ""), account_id=account_id, purpose=why, now=clock.now()
        )
    except SignatureRefused as refusal:
        return _refused(410 if refusal.code == "signature_expired" else 404, refusal.text)
    if why is Purpose.TUTORIAL:
        found = tutorial_queries.resolve_picture(alias, name)
    else:
        found = project_queries.resolve_image(alias, name, account_id=account_id)
    if found is None:
        return _refused(404, "There is no such image.")
    key, media_type = found
    return _headed(FileResponse(local_files().open(key), content_type=media_type), ends_at)


def _account_id(request: HttpRequest) -> str | None:
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header[: len(BEARER)].lower() == BEARER:
        found = person_for_token(header[len(BEARER) :].strip())
        return str(found[0].pk) if found else None
    return str(request.user.pk) if request.user.is_authenticated else None


def _headed(response: HttpResponseBase, ends_at: datetime) -> HttpResponseBase:
    """In this browser's cache for as long as the address lives, in nobody else's; inert if it is opened on its own."""
    seconds = max(0, int((ends_at - clock.now()).total_seconds()))
    response["Cache-Control"] = f"private, max-age={seconds}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
