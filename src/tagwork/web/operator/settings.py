"""The rules in force: every versioned setting, what it was, and a form for its next value."""

import json
from itertools import groupby
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.kit import settings as versioned
from tagwork.kit.errors import NotFound
from tagwork.people.access import Policy, fresh, policy
from tagwork.people.models import Person
from tagwork.people.operations.change_setting import change_setting
from tagwork.web.fields import sentence
from tagwork.web.operator.actors import named


class ValueForm(forms.Form):
    value = forms.CharField(label=_("New value"), max_length=4000, strip=True)


def _written(value: Any) -> str:
    """A value as somebody types it: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


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
            "micros": versioned.in_force(one.name) if one.name.endswith("_micros") else None,
            "default": _written(one.default),
            "is_changed": one.name in changed,
            "room": one.name.split(".")[0],
            "rest": one.name.split(".", 1)[1],
        }
        for one in versioned.declarations()
        if text in f"{one.name} {one.text} {_(one.text)}".lower()
    ]
    groups = [(room, list(found)) for room, found in groupby(rows, lambda row: row["room"])]
    return render(request, "web/operator/settings.html", {"groups": groups, "text": text})


@policy(Policy.OPERATOR)
def setting(request: HttpRequest, room: str, rest: str) -> HttpResponse:
    name = f"{room}.{rest}"
    declaration = next((one for one in versioned.declarations() if one.name == name), None)
    if declaration is None:
        raise NotFound("There is no such setting.")
    return _change(request, declaration) if request.method == "POST" else _page(request, declaration)


@fresh
def _change(request: HttpRequest, declaration: versioned.Declaration) -> HttpResponse:
    form = ValueForm(request.POST)
    if form.is_valid():
        try:
            value = _read(form.cleaned_data["value"], declaration.default)
            change_setting(cast(Person, request.user), declaration.name, value)
        except json.JSONDecodeError:
            form.add_error("value", _("This cannot be read; write it as the value in force is written."))
        except versioned.BadSetting as error:
            form.add_error("value", sentence(str(error).partition(": ")[2]))
        else:
            messages.success(
                request, _("In force within seconds, everywhere. What was decided before stays as it was.")
            )
            room, rest = declaration.name.split(".", 1)
            return redirect("operate-setting", room=room, rest=rest)
    return _page(request, declaration, form)


def _page(request: HttpRequest, declaration: versioned.Declaration, form: ValueForm | None = None) -> HttpResponse:
    value = versioned.in_force(declaration.name)
    history = versioned.history(declaration.name)
    names = named(one.created_by for one in history)
    context = {
        "declaration": declaration,
        "value": _written(value),
        "micros": value if declaration.name.endswith("_micros") else None,
        "default": _written(declaration.default),
        "history": [
            {"value": _written(one.value), "at": one.created_at, "by": names.get(one.created_by, one.created_by)}
            for one in history
        ],
        "form": form or ValueForm(initial={"value": _written(value)}),
    }
    return render(request, "web/operator/setting.html", context, status=422 if form else 200)
