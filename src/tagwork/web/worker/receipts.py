"""What was handed in: the history with its filters, and the receipt of one answer."""

import json
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tagwork.core.annotations import is_shape
from tagwork.core.assists import help_in_words
from tagwork.core.money import Price
from tagwork.core.shapes import SHAPES
from tagwork.kit import ids
from tagwork.kit.settings import in_force
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.quality import queries as quality_queries
from tagwork.quality.rules import REASON_TEXTS
from tagwork.web.forms import Filters
from tagwork.web.worker import words
from tagwork.work import queries as work_queries
from tagwork.work.models import Submission

PAGE = 30
STATES = [("", _("All")), ("pending", _("Being checked")), ("approved", _("Approved")), ("rejected", _("Rejected"))]
OUTCOMES = {
    "matched": _("Fits"),
    "weak": _("Not precise enough"),
    "missed": _("Missed"),
    "extra": _("Should not be there"),
    "wrong_label": _("Wrong label"),
    "wrong_attribute": _("Wrong attribute"),
    "wrong_tag": _("Wrong"),
}


class FilterForm(Filters):
    project = forms.ChoiceField(label=_("Project"), required=False)

    def __init__(self, *args: Any, projects: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All projects")), *((ids.encode("pr", key), name) for key, name in projects)]
        cast(forms.ChoiceField, self.fields["project"]).choices = choices


@policy(Policy.WORKER)
def submissions(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    form = FilterForm(request.GET, projects=work_queries.projects_worked_on(person.pk))
    project = form.cleaned_data["project"] if form.is_valid() else ""
    state = request.GET.get("state", "")
    rows = list(
        work_queries.submissions_of(
            person.pk,
            before=ids.decode("s", request.GET.get("after", "")),
            limit=PAGE + 1,
            state=state if state in Submission.State.values else "",
            project_id=ids.decode("pr", project),
        )
    )
    shown = rows[:PAGE]
    verdicts = quality_queries.newest_verdicts([row.pk for row in shown])
    context = {
        "form": form,
        "states": STATES,
        "state": state,
        "lines": [_line(row, verdicts.get(row.pk)) for row in shown],
        "next_cursor": ids.encode("s", shown[-1].pk) if len(rows) > PAGE else None,
        "is_filtered": bool(state or project),
    }
    return render(request, "web/worker/submissions.html", context)


def _line(row: Submission, verdict: Any) -> dict[str, Any]:
    return {
        "row": row,
        "task_type": words.task_type(row.task_type),
        "rate_micros": row.assignment.base_micros,
        "reason": _(text) if verdict and (text := REASON_TEXTS.get(verdict.reason_code)) else "",
        "by": words.VERDICT_BY.get(verdict.by, "") if verdict else "",
    }


@policy(Policy.WORKER)
def receipt(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Own answer beside the expected one: drawn by the island, and in a table for everybody else."""
    found = quality_queries.receipt(cast(Person, request.user), submission_id)
    row, verdict = found.submission, found.verdict
    guideline = project_queries.guideline_version(row.project_id, row.assignment.guideline_number)
    score = verdict.score if verdict and verdict.score else {}
    own = json.loads(row.answer)
    price = Price(row.assignment.base_micros, row.assignment.object_micros, row.assignment.max_objects)
    context = {
        "row": row,
        "public_id": ids.encode("s", row.pk),
        "task_type": words.task_type(row.task_type),
        "verdict": verdict,
        "by": words.VERDICT_BY.get(verdict.by, "") if verdict else "",
        "reason": _(text) if verdict and (text := REASON_TEXTS.get(verdict.reason_code)) else "",
        "clause": guideline.clause(verdict.clause) if verdict and verdict.clause else None,
        "is_old_guideline": row.assignment.guideline_number != row.project.guideline_number,
        "price": price,
        "own": [_described(one) | {"help": _helped(row.assists.get(one["id"]))} for one in own],
        # Tags lie on no image: then the words are the answer, and stand open.
        "is_drawn": any(map(is_shape, own)),
        "expected": [_described(one) for one in verdict.expected] if verdict and verdict.expected is not None else None,
        "correction": found.correction,
        "comments": (verdict.comments or []) if verdict else [],
        "objects": [one | {"word": OUTCOMES.get(one["outcome"], one["outcome"])} for one in score.get("objects", [])],
        "tags": [one | {"word": OUTCOMES.get(one["outcome"], one["outcome"])} for one in score.get("tags", [])],
        "similarity": score.get("similarity"),
        "appeal": found.appeal,
        "can_appeal_until": found.can_appeal_until,
        "business_days": in_force("quality.appeal_business_days"),
    }
    return render(request, "web/worker/receipt.html", context)


def _helped(assist: dict[str, Any] | None) -> str:
    return help_in_words(assist, gettext) if assist else ""


def _described(annotation: dict[str, Any]) -> dict[str, str]:
    """One annotation in words; lengths and places in px of the image."""
    kind = annotation["kind"]
    return {"id": str(annotation["id"]), "kind": kind, "label": annotation.get("label", ""), "text": _shape(annotation)}


def _shape(annotation: dict[str, Any]) -> str:
    match annotation["kind"]:
        case "tag":
            return f"{annotation.get('of', '')}: {annotation['label']}"
        case "text":
            return f"“{annotation['text']}”"
        case "box":
            x, y, width, height = annotation["box"]
            size = f"{width:.0f} × {height:.0f} px"
            return gettext("%(size)s at %(place)s") % {"size": size, "place": f"{x:.0f}, {y:.0f}"}
        case "point":
            x, y = annotation["point"]
            return gettext("at %(place)s") % {"place": f"{x:.0f}, {y:.0f}"}
        case "polygon":
            return gettext("outline of %(number)s points") % {"number": len(annotation["polygon"][0])}
        case "polyline":
            return gettext("line of %(number)s points") % {"number": len(annotation["polyline"])}
        case "skeleton":
            return gettext("%(number)s named points") % {"number": len(annotation["skeleton"])}
        case "ellipse":
            cx, cy, rx, ry, _angle = annotation["ellipse"]
            size = f"{2 * rx:.0f} × {2 * ry:.0f} px"
            return gettext("%(size)s around %(place)s") % {"size": size, "place": f"{cx:.0f}, {cy:.0f}"}
        case "mask":
            return gettext("painted area")
        case "attributes":
            return ", ".join(f"{name}: {value}" for name, value in annotation["attributes"].items())
        case kind:
            left, top, right, bottom = SHAPES[kind].bounds(annotation)
            size = f"{right - left:.0f} × {bottom - top:.0f} px"
            return gettext("%(size)s at %(place)s") % {"size": size, "place": f"{left:.0f}, {top:.0f}"}
