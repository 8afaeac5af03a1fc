"""Every request that writes, sent again and again: money moves once, and under a key nothing else moves either.

Generated from the access matrix, so a new route is in it from its first day.
"""

from typing import Any

import pytest
from django.apps import apps
from pytest_django import Settings

from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import verify
from tagwork.ledger.rules import AccountRef
from tests.api.conftest import Caller
from tests.api.test_access_matrix import OPEN_TO, TABLE, filled, people_by_role, world

pytestmark = pytest.mark.django_db
TIMES = 2
# Where the contract asks for an Idempotency-Key, and what the first call must have done for the rest to mean anything.
KEYED = {
    "/work/assignments/{assignment_id}/submit": 201,
    "/work/assignments/{assignment_id}/skip": None,  # the one assignment was submitted before
    "/work/assignments/{assignment_id}/flag": None,
    "/withdrawals": 201,
}
# Says when a token was last used, and no more.
BOOKKEEPING = {"people.ApiToken"}


def rows(*rooms: str) -> dict[str, list[str]]:
    """Every row of every table of these rooms; of all rooms when none is named."""
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in apps.get_models()
        if (not rooms or model._meta.app_label in rooms) and model._meta.label not in BOOKKEEPING
    }


@pytest.mark.parametrize("role", ["worker", "client", "moderator", "operator"])
def test_a_request_that_is_sent_again_moves_no_money(role: str, settings: Settings) -> None:
    settings.IS_DEMO = True  # a demo's tokens count as fresh, so that money can leave
    person = people_by_role()[role]
    assert person is not None
    things = world()
    main = AccountRef("worker_main", f"worker:{person.pk}")
    post(key="more-pay", kind="deposit", lines=[(AccountRef("external_in", "house"), -9_000_000), (main, 9_000_000)])
    caller, asked = Caller(person), 0
    # What is made first, what is removed last.
    for (method, path), row in sorted(TABLE.items(), key=lambda cell: cell[0][0], reverse=True):
        if method == "GET" or role not in OPEN_TO[row.policy] or row.owner not in ("", role):
            continue
        named = dict(things, flag_id=things["question_id"] if "/questions/" in path else things["flag_id"])
        named["item"] = things.get(next((f"{one}_item" for one in ("exam", "practice") if f"/{one}/" in path), "item"))

        def send(method: str = method, path: str = path, body: Any = row.body, named: Any = named) -> Any:
            return caller.call(method, path.format(**named), filled(body, named), Idempotency_Key=f"again {path}")

        first, asked = send(), asked + 1
        money, everything = rows("ledger", "payouts"), rows() if path in KEYED else {}
        for _ in range(TIMES):
            again = send()
            assert rows("ledger", "payouts") == money, f"{method} {path}: money moved again"
            if path in KEYED:
                assert first.status_code == (KEYED[path] or first.status_code), (path, first.content)
                assert (again.status_code, again.content) == (first.status_code, first.content)
                assert rows() == everything, f"{method} {path}: something changed"
    assert asked >= 3 and verify().ok
