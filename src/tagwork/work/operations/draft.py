"""Keep what a worker has drawn so far; the newer revision wins, and a draft outlives its lease."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tagwork.core.annotations import InvalidAnnotations, check_draft
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.models import Person
from tagwork.work.errors import DraftStale, InvalidAnswer
from tagwork.work.models import Assignment, Draft
from tagwork.work.operations.submit import _refuse_finished


@transaction.atomic
def save_draft(worker: Person, assignment_id: uuid.UUID, revision: int, annotations: Sequence[Any]) -> Draft:
    """Raises NotFound, AlreadySubmitted, WrongState, InvalidAnswer, DraftStale (with the newer draft)."""
    assignment = Assignment.objects.select_for_update().filter(pk=assignment_id, worker=worker).first()
    if assignment is None:
        raise NotFound("There is no such task.")
    _refuse_finished(assignment)
    try:
        check_draft(list(annotations))
    except InvalidAnnotations as error:
        raise InvalidAnswer("This draft cannot be kept.", errors=error.errors) from None
    kept = Draft.objects.filter(assignment=assignment).first()
    if kept is not None and revision <= kept.revision:
        if revision == kept.revision and kept.annotations == list(annotations):
            return kept  # the same save again, because its answer was lost on the way
        raise DraftStale(
            "A newer draft of this task was saved elsewhere.",
            draft={"revision": kept.revision, "annotations": kept.annotations},
        )
    draft = Draft(assignment=assignment, revision=revision, annotations=list(annotations), saved_at=clock.now())
    draft.save(force_insert=kept is None, force_update=kept is not None)
    return draft
