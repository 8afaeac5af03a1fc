"""Fill an empty demo database once."""

import time
from collections.abc import Callable

from django.core.management import call_command

from tagwork.jobs.demo.history import make_history
from tagwork.jobs.demo.people import accounts_file, make_people
from tagwork.jobs.demo.projects import make_projects
from tagwork.people.models import Person
from tagwork.people.operations.create_organisation import create_organisation


def seed(tell: Callable[[str], None]) -> bool:
    """False when the demo was seeded before; a seeding that was cut off is started again from nothing."""
    call_command("migrate", interactive=False, verbosity=0)
    if accounts_file().exists() and _is_seeded():
        return False
    if Person.objects.exists():
        tell("an earlier seeding was cut off: starting again")
        call_command("flush", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
    started = time.monotonic()
    tell("people and their tutorial")
    people = make_people()
    organisation = create_organisation(people["cleo"], "Orchard Vision")
    seeded = make_projects(people["cleo"], organisation, people["olga"], tell)
    make_history(seeded, people, tell)
    _mark_seeded()
    tell(f"seeded in {time.monotonic() - started:.0f} s")
    return True


def _is_seeded() -> bool:
    return (accounts_file().parent / "demo-seeded").exists()


def _mark_seeded() -> None:
    (accounts_file().parent / "demo-seeded").touch()
