"""The demo's stock accounts (CONTRACT, `tagwork demo accounts`)."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings

from tagwork.people.models import Person
from tagwork.people.operations.create_token import create_token
from tagwork.people.operations.update_profile import update_profile
from tagwork.tutorial import queries as tutorial_queries
from tagwork.tutorial.lessons import LESSONS
from tagwork.tutorial.operations.check_item import check_item
from tagwork.tutorial.operations.refresh import acknowledge_refresher

PROFILE = {
    "country": "KE",
    "languages": ["en"],
    "time_zone": "Africa/Nairobi",
    "is_adult": True,
    "terms_accepted": True,
}


@dataclass(frozen=True)
class StockAccount:
    role: str
    email: str
    password: str
    token: str
    ready: bool
    tutorial_passed: bool
    totp_secret: str | None = None


def accounts_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-accounts.json"


def make_people() -> dict[str, Person]:
    """Everybody by first name; written to demo-accounts.json (0600), once."""
    wanted = [
        ("ana", "worker", True),
        ("ben", "worker", True),
        ("chi", "worker", False),
        ("cleo", "client", False),
        ("max", "moderator", False),
        ("mia", "moderator", False),
        ("olga", "operator", False),
        ("otto", "operator", False),
    ]
    people: dict[str, Person] = {}
    accounts = []
    for name, role, is_ready in wanted:
        person, account = _make(name, role, is_ready)
        people[name] = person
        accounts.append(account)
    _write(accounts)
    return people


def _make(name: str, role: str, is_ready: bool) -> tuple[Person, StockAccount]:
    password = secrets.token_urlsafe(12)
    person = Person.objects.create_user(
        f"{name}@demo.test",
        password,
        display_name=name.capitalize(),
        is_worker=role == "worker",
        is_moderator=role == "moderator",
        is_operator=role == "operator",
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _, token = create_token(person, "demo", counts_as_fresh=True)
    if is_ready:
        make_ready(person)
    return person, StockAccount(role, person.email, password, token, is_ready, is_ready)


def make_ready(worker: Person) -> None:
    """Profile filled in, the gate passed by handing in the right answers, and the tips of every kind of work read."""
    update_profile(worker, PROFILE)
    worker.refresh_from_db()
    for lesson in tutorial_queries.overview(worker)["lessons"]:
        for item in tutorial_queries.lesson(worker, lesson["id"])["items"]:
            check_item(worker, lesson["id"], item["id"], item["expected"], not item["expected"])
    for known in LESSONS:
        acknowledge_refresher(worker, known.id)
    assert tutorial_queries.is_passed(worker.pk)


def _write(accounts: list[StockAccount]) -> None:
    path = accounts_file()
    with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump([asdict(account) for account in accounts], file, indent=1)


def read_accounts() -> list[dict[str, object]]:
    accounts: list[dict[str, object]] = json.loads(accounts_file().read_text())
    return accounts
