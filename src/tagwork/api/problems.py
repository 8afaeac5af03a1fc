"""Every refusal of every room, and the status it is answered with (RFC 9457)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop

from tagwork.kit.errors import Refusal

# The one table. A code that is missing here is a fault of ours and answers 500; a test walks all Refusal classes.
STATUS = {
    "idempotency_key_missing": 400,
    "bad_request": 400,
    "unauthenticated": 401,
    "csrf_failed": 403,
    "second_factor_needed": 403,
    "tutorial_required": 403,
    "restricted": 403,
    "profile_incomplete": 403,
    "opt_in_required": 403,
    "forbidden": 403,
    "second_operator_needed": 403,
    "not_allowed_to_grant": 403,
    "not_an_owner": 403,
    "not_invited": 403,
    "signature_refused": 403,
    "not_found": 404,
    "guideline_unread": 409,
    "lease_limit": 409,
    "already_submitted": 409,
    "wrong_state": 409,
    "draft_stale": 409,
    "in_progress": 409,
    "already_member": 409,
    "last_owner": 409,
    "too_many_tokens": 409,
    "not_reversible": 409,
    "over_hold": 409,
    "unbalanced": 409,
    "assist_off": 409,
    "lease_over": 410,
    "invalid": 422,
    "invalid_annotations": 422,
    "bad_name": 422,
    "bad_profile": 422,
    "wrong_code": 422,
    "idempotency_key_reused": 422,
    "rejection_needs_evidence": 422,
    "insufficient_funds": 422,
    "below_minimum": 422,
    "address_not_payable": 422,
    "method_not_offered": 422,
    "nothing_found": 422,
    "model_refused": 422,
    "refused": 422,
    "throttled": 429,
    "too_many_appeals": 429,
    "too_many_codes": 429,
    "assist_busy": 503,
    "assist_absent": 503,
    "deposits_paused": 503,
}
TITLES = {
    400: gettext_noop("The request is not complete"),
    401: gettext_noop("Sign in first"),
    403: gettext_noop("This is not open to you now"),
    404: gettext_noop("Not found"),
    405: gettext_noop("Not done here this way"),
    409: gettext_noop("Not possible in this state"),
    410: gettext_noop("Too late"),
    413: gettext_noop("Too large"),
    422: gettext_noop("The request cannot be carried out"),
    429: gettext_noop("Too many for now"),
    503: gettext_noop("Not available right now"),
}


def problem(
    status: int, code: str, detail: str, *, next_step: str = "", headers: dict[str, str] | None = None, **extra: Any
) -> HttpResponse:
    body = {
        "type": f"https://tagwork.invalid/problems/{code}",
        "title": gettext(TITLES.get(status, TITLES[422])),
        "status": status,
        "code": code,
        "detail": detail,
        "next": next_step or None,
        **extra,
    }
    response = HttpResponse(json.dumps(body, default=str), status=status, content_type="application/problem+json")
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    extra = dict(refusal.extra)
    headers = {}
    if "retry_after_seconds" in extra:
        headers["Retry-After"] = str(extra.pop("retry_after_seconds"))
    status = STATUS[refusal.code]
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="tagwork"'
    return problem(status, refusal.code, refusal.text, next_step=refusal.next_step, headers=headers, **extra)
