"""A worker has read the tips for a kind of work."""

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.models import Person
from tagwork.tutorial.lessons import LESSONS_BY_ID
from tagwork.tutorial.models import Refreshed


def acknowledge_refresher(worker: Person, lesson_id: str) -> None:
    """Said again, the newer moment counts. Raises NotFound."""
    if lesson_id not in LESSONS_BY_ID or not worker.is_worker:
        raise NotFound("There is no such lesson.", next_step="/tutorial")
    Refreshed.objects.update_or_create(worker=worker, lesson=lesson_id, defaults={"at": clock.now()})
