from tagwork.kit import clock
from tagwork.notices.models import Notice
from tagwork.people.models import Person


def mark_all_read(person: Person) -> int:
    """Everything up to now has been seen; how many were new."""
    return Notice.objects.filter(person=person, read_at=None).update(read_at=clock.now())
