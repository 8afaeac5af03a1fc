import uuid

import pytest

from tagwork.kit.errors import NotFound
from tagwork.standing import queries
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import confirm_ban, restrict_by_person
from tests.builders import people

pytestmark = pytest.mark.django_db


def proposed() -> Restriction:
    return restrict_by_person(
        people.operator(),
        worker=people.worker(),
        kind="ban",
        scope="all",
        text="Answers were drawn by a program.",
        evidence={"note": "200 in ten minutes"},
        days=None,
    )


def test_a_proposed_ban_is_seen_by_operators_and_not_by_the_worker() -> None:
    ban = proposed()
    assert list(queries.proposed_bans()) == [ban]
    assert list(queries.decided_about(people.worker().pk)) == [ban]
    assert not queries.restrictions_of(people.worker().pk).exists()
    confirm_ban(people.second_operator(), ban.pk)
    assert not queries.proposed_bans().exists()


def test_a_restriction_is_found_with_its_worker_only() -> None:
    ban = proposed()
    assert queries.restriction_of(people.worker().pk, ban.pk) == ban
    assert queries.restriction_by_id(ban.pk) == ban
    with pytest.raises(NotFound):
        queries.restriction_of(people.second_worker().pk, ban.pk)
    with pytest.raises(NotFound):
        queries.restriction_by_id(uuid.uuid4())
