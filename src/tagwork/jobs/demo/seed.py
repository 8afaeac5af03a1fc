"""Fill an empty demo database once."""

import time
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from tagwork.jobs.demo.history import make_history
from tagwork.jobs.demo.people import accounts_file, make_people
from tagwork.jobs.demo.projects import make_projects
from tagwork.payouts.policy import rate_setting
from tagwork.people.models import Person
from tagwork.people.operations.change_setting import change_setting
from tagwork.people.operations.create_organisation import create_organisation
from tagwork.people.operations.decide_setting import decide_setting

OWN_RATES = {"ltc": 90_000_000, "bch": 500_000_000}


class SeedingCutOff(Exception):
    """An earlier seeding did not end, and this database cannot be emptied from here."""


def seeded_mark() -> Path:
    return accounts_file().parent / "demo-seeded"


def seed(tell: Callable[[str], None]) -> bool:
    """False when the demo was seeded before. A seeding that was cut off starts again on a new SQLite file.

    Raises SeedingCutOff on PostgreSQL: the ledger is append-only, so a half-made one is dropped by whoever owns it.
    """
    call_command("migrate", interactive=False, verbosity=0)
    if seeded_mark().exists():
        return False
    if Person.objects.exists():
        _start_again(tell)
    started = time.monotonic()
    tell("people and their tutorial")
    people = make_people()
    organisation = create_organisation(people["cleo"], "Orchard Vision")
    seeded = make_projects(people["cleo"], organisation, people["olga"], tell)
    make_history(seeded, people, tell)
    # A demo asks no exchange: without these no page could say what an amount is in coins. They last for a day.
    for coin, micros in OWN_RATES.items():
        proposal = change_setting(people["olga"], rate_setting(coin), micros)
        if proposal is not None:
            decide_setting(people["otto"], proposal.pk, is_accepted=True)
    seeded_mark().touch()
    tell(f"seeded in {time.monotonic() - started:.0f} s")
    return True


def _start_again(tell: Callable[[str], None]) -> None:
    if connection.vendor != "sqlite":
        raise SeedingCutOff(
            "An earlier seeding of this database was cut off. Drop and create the database, then run make demo again."
        )
    tell("an earlier seeding was cut off: starting again")
    file = Path(str(connection.settings_dict["NAME"]))
    connections.close_all()
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
