"""The rules in force: every versioned setting, what it was, and a form for its next value."""

import json
from itertools import groupby
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit import settings as versioned
from tagwork.kit.errors import NotFound, Refusal
from tagwork.people.access import Policy, fresh, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.people.operations.change_setting import change_setting
from tagwork.people.operations.decide_setting import decide_setting
from tagwork.web.fields import sentence
from tagwork.web.operator.actors import named

IN_FORCE = _("In force within seconds, everywhere. What was decided before stays as it was.")


class ValueForm(forms.Form):
    value = forms.CharField(label=_("New value"), max_length=4000, strip=True)


def _written(value: Any) -> str:
    """A value as somebody types it: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def micros_in(name: str, value: Any) -> int | None:
    """What a rule or a field of that name counts in micro-dollars; None of any other."""
    return value if type(value) is int and name.endswith(("_micros", ".micros_per_coin")) else None


def _read(text: str, default: Any) -> Any:
    """What was typed, of the kind of the default. Raises ValueError."""
    return text if isinstance(default, str) else json.loads(text)


@policy(Policy.OPERATOR)
def settings(request: HttpRequest) -> HttpResponse:
    """`?text=` searches names and explanations."""
    text = request.GET.get("text", "").strip().lower()
    changed = versioned.changed()
    rows = [
        {
            "declaration": one,
            "value": _written(versioned.in_force(one.name)),
            "micros": micros_in(one.name, versioned.in_force(one.name)),
            "default": _written(one.default),
            "is_changed": one.name in changed,
            "room": one.name.split(".")[0],
            "rest": one.name.split(".", 1)[1],
        }
        for one in versioned.declarations()
        if text in f"{one.name} {one.text} {_(one.text)}".lower()
    ]
    groups = [(room, list(found)) for room, found in groupby(rows, lambda row: row["room"])]
    context = {"groups": groups, "text": text, "proposals": _proposals(request)}
    return render(request, "web/operator/settings.html", context)


def _proposals(request: HttpRequest, name: str = "") -> list[dict[str, Any]]:
    """What waits for another operator."""
    found = versioned.proposals(name)
    names = named(one.proposed_by for one in found) if found else {}
    who = str(cast(Person, request.user).pk)
    return [
        {
            "one": one,
            "room": one.name.split(".")[0],
            "rest": one.name.split(".", 1)[1],
            "value": _written(one.value),
            "micros": micros_in(one.name, one.value),
            "by": names.get(one.proposed_by, one.proposed_by),
            "is_own": one.proposed_by == who,
        }
        for one in found
    ]


@policy(Policy.OPERATOR)
def setting(request: HttpRequest, room: str, rest: str) -> HttpResponse:
    declaration = _declaration(f"{room}.{rest}")
    if request.method != "POST":
        return _page(request, declaration)
    return _propose(request, declaration) if declaration.takes_two else _change(request, declaration)


def _declaration(name: str) -> versioned.Declaration:
    try:
        return versioned.declaration(name)
    except versioned.UnknownSetting:
        raise NotFound("There is no such setting.") from None


@fresh
def _change(request: HttpRequest, declaration: versioned.Declaration) -> HttpResponse:
    return _keep(request, declaration)


@fresh_factor
def _propose(request: HttpRequest, declaration: versioned.Declaration) -> HttpResponse:
    return _keep(request, declaration)


def _keep(request: HttpRequest, declaration: versioned.Declaration) -> HttpResponse:
    form = ValueForm(request.POST)
    if form.is_valid():
        try:
            value = _read(form.cleaned_data["value"], declaration.default)
            proposal = change_setting(cast(Person, request.user), declaration.name, value)
        except json.JSONDecodeError:
            form.add_error("value", _("This cannot be read; write it as the value in force is written."))
        except versioned.BadSetting as error:
            form.add_error("value", sentence(str(error).partition(": ")[2]))
        except Refusal as refusal:
            form.add_error("value", refusal.text)
        else:
            text = _("Proposed. It is in force when another operator has agreed.") if proposal else IN_FORCE
            messages.success(request, text)
            return _back_to(declaration)
    return _page(request, declaration, form)


def _back_to(declaration: versioned.Declaration) -> HttpResponse:
    room, rest = declaration.name.split(".", 1)
    return redirect("operate-setting", room=room, rest=rest)


@require_POST
@policy(Policy.OPERATOR)
@fresh_factor
def decide(request: HttpRequest, room: str, rest: str) -> HttpResponse:
    """Another operator puts in force what was proposed; anybody of them lets it drop."""
    declaration = _declaration(f"{room}.{rest}")
    key, is_accepted = request.POST.get("proposal", ""), request.POST.get("act") == "accept"
    # The one that was on the page: a newer one is looked at first.
    found = next((one for one in versioned.proposals(declaration.name) if str(one.pk) == key), None)
    if found is None:
        return _page(
            request, declaration, problem=_("This proposal was decided already, or a newer one took its place.")
        )
    try:
        decide_setting(cast(Person, request.user), found.pk, is_accepted=is_accepted)
    except versioned.BadSetting as error:
        return _page(request, declaration, problem=sentence(str(error).partition(": ")[2]))
    except Refusal as refusal:
        return _page(request, declaration, problem=refusal.text)
    messages.success(request, IN_FORCE if is_accepted else _("Dropped. What was in force stays so."))
    return _back_to(declaration)


def _page(
    request: HttpRequest, declaration: versioned.Declaration, form: ValueForm | None = None, *, problem: object = ""
) -> HttpResponse:
    value = versioned.in_force(declaration.name)
    history = versioned.history(declaration.name)
    names = named(one.created_by for one in history)
    context = {
        "declaration": declaration,
        "value": _written(value),
        "micros": micros_in(declaration.name, value),
        "default": _written(declaration.default),
        "default_micros": micros_in(declaration.name, declaration.default),
        "history": [
            {
                "value": _written(one.value),
                "micros": micros_in(declaration.name, one.value),
                "at": one.created_at,
                "by": names.get(one.created_by, one.created_by),
            }
            for one in history
        ],
        "form": form or ValueForm(initial={"value": _written(value)}),
        "proposals": _proposals(request, declaration.name),
        "problem": problem,
    }
    status = 409 if problem else 422 if form else 200
    return render(request, "web/operator/setting.html", context, status=status)
