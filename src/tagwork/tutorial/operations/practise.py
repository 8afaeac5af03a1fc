"""Score an answer to retired gold. Nothing is kept: practice is nobody's business but the learner's."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from tagwork.people.models import Person
from tagwork.tutorial import queries, rules
from tagwork.tutorial.operations.exam import judged


def practise(
    worker: Person, project_id: uuid.UUID, item_id: int, annotations: Sequence[Any], nothing_to_mark: bool = False
) -> dict[str, Any]:
    """{"passed", "why", "expected"}. Raises NotFound, InvalidAnswer."""
    item = queries.practice_item(worker, project_id, item_id)
    reason, _ = judged(item, annotations, nothing_to_mark)
    # With what the client wrote about this answer, in the client's words.
    why = f"{gettext(rules.why(reason))} {item.explanation}".strip()
    return {"passed": reason is None, "why": why, "expected": item.expected}
