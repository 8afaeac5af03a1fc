"""Payments by hand, many at once: make a list, download it, pay from it, give its results back."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import encode
from tagwork.payouts import console
from tagwork.payouts.operations.form_hand_list import form_hand_list
from tagwork.payouts.operations.record_hand_results import record_hand_results
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import BadFile, ListFile
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.web.operator.actors import named


@policy(Policy.OPERATOR)
def lists(request: HttpRequest) -> HttpResponse:
    return _lists(request)


def _lists(request: HttpRequest, problem: str = "") -> HttpResponse:
    context = {
        "waiting": console.hand_waiting(),
        "lists": [{"row": row, "public_id": encode("hl", row.id)} for row in console.hand_lists()],
        "problem": problem,
    }
    return render(request, "web/operator/hand_lists.html", context, status=409 if problem else 200)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def make(request: HttpRequest, method: str) -> HttpResponse:
    try:
        made = form_hand_list(cast(Person, request.user), method)
    except Refusal as refusal:
        return _lists(request, refusal.text)
    return redirect("operate-list", list_id=made)


@policy(Policy.OPERATOR)
def one(request: HttpRequest, list_id: UUID) -> HttpResponse:
    return _page(request, list_id)


def _page(request: HttpRequest, list_id: UUID, problem: str = "") -> HttpResponse:
    row = _row(list_id)
    lines = console.hand_list_lines(list_id)
    names = named(str(line.worker_id) for line in lines)
    context = {
        "row": row,
        "total_micros": row.cents * 10_000,
        "files": rails()[row.method].files,
        "lines": [
            {"row": line, "micros": line.cents * 10_000, "worker": names.get(str(line.worker_id), "")} for line in lines
        ],
        "problem": problem,
    }
    return render(request, "web/operator/hand_list.html", context, status=409 if problem else 200)


def _row(list_id: UUID) -> console.HandListRow:
    found = console.hand_lists(list_id)
    if not found:
        raise NotFound("There is no such list.")
    return found[0]


def _file(method: str, name: str) -> ListFile:
    for listed in rails()[method].files:
        if listed.name == name:
            return listed
    raise NotFound("There is no such file.")


@policy(Policy.OPERATOR)
def file(request: HttpRequest, list_id: UUID, name: str) -> HttpResponse:
    """The same list gives the same file, however often it is downloaded."""
    row = _row(list_id)
    form = _file(row.method, name)
    try:
        content = form.write(console.payment_list(list_id))
    except BadFile as error:
        return _page(request, list_id, str(error))
    return HttpResponse(
        content,
        content_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="payments-{encode("hl", list_id)}.{form.extension}"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def results(request: HttpRequest, list_id: UUID) -> HttpResponse:
    row, uploaded = _row(list_id), request.FILES.get("file")
    read = next((form.read for form in rails()[row.method].files if form.read is not None), None)
    if uploaded is None or read is None:
        return _page(request, list_id, _("Choose the file that you filled in."))
    try:
        moved = record_hand_results(cast(Person, request.user), list_id, read(uploaded.read()))
    except BadFile as error:
        return _page(request, list_id, str(error))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, list_id, refusal.text)
    messages.success(request, _("Recorded: %(count)s payments moved.") % {"count": moved})
    return redirect("operate-list", list_id=list_id)
