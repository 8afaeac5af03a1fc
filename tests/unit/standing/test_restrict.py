"""Each restriction names evidence, scope and end; a ban takes two people; nobody restricts themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tagwork.kit import clock
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.ids import new_id
from tagwork.standing import queries
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import (
    confirm_ban,
    end_due,
    lift,
    lift_by_person,
    restrict_by_person,
    throttle_for_skips,
)
from tests.builders import people
from tests.builders.concurrency import at_once

EVIDENCE = {"note": "Three accounts, one address, the same boxes to the pixel."}
TEXT = "Answers were copied from another account."


def impose(kind: str = "suspension", **changes) -> Restriction:
    asked = {"worker": people.worker(), "kind": kind, "scope": "all", "text": TEXT, "evidence": EVIDENCE, "days": 7}
    return restrict_by_person(people.operator(), **(asked | changes))


@pytest.mark.django_db
def test_an_operator_suspends_with_evidence_and_an_end() -> None:
    made = impose()
    assert made.state == "active" and made.ends_at is not None
    blocking = queries.entry(people.worker().pk, "detection", new_id()).blocking
    assert blocking == made
    clock.advance(timedelta(days=7))
    # readers compare the end themselves: nobody waits for the sweep
    assert queries.entry(people.worker().pk, "detection", new_id()).blocking is None
    assert end_due() == 1 and end_due() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "bad"}, "text"),
        ({"evidence": {}}, "evidence"),
        ({"days": None}, "days"),
        ({"days": 31}, "days"),
        ({"kind": "exile"}, "kind"),
    ],
)
def test_it_refuses_what_lacks_evidence_or_an_end(changes: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        impose(**changes)
    assert field in [one["field"] for one in refused.value.extra["errors"]]


@pytest.mark.django_db
def test_it_refuses_a_stranger_and_oneself() -> None:
    for nobody in (people.worker(2), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            restrict_by_person(nobody, worker=people.worker(), kind="warning", scope="all", text=TEXT,
                               evidence=EVIDENCE, days=None)  # fmt: skip
    with pytest.raises(Forbidden):
        impose(worker=people.operator())


@pytest.mark.django_db
def test_a_ban_takes_two_people() -> None:
    proposed = impose("ban", days=None)
    worker = people.worker()
    assert proposed.state == "proposed" and list(queries.restrictions_of(worker.pk)) == []
    assert queries.entry(worker.pk, "detection", new_id()).blocking is None
    for nobody in (people.operator(), people.moderator(), worker):
        with pytest.raises(Forbidden):
            confirm_ban(nobody, proposed.pk)
    banned = confirm_ban(people.second_operator(), proposed.pk)
    assert (banned.state, banned.second_by) == ("active", str(people.second_operator().pk))
    with pytest.raises(WrongState):
        confirm_ban(people.operator(3), proposed.pk)
    with pytest.raises(NotFound):
        confirm_ban(people.operator(3), new_id())


@pytest.mark.django_db
def test_the_database_refuses_a_ban_by_one_and_a_step_back() -> None:
    proposed = impose("ban", days=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.filter(pk=proposed.pk).update(state="active")
    done = impose("warning", days=None)
    lift(done, by="system", because="A test.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.filter(pk=done.pk).update(state="active")


@pytest.mark.django_db
def test_a_scope_keeps_a_restriction_to_a_project() -> None:
    here, elsewhere = new_id(), new_id()
    impose("pause", scope=f"project:{here}", days=3)
    worker = people.worker()
    assert queries.entry(worker.pk, "detection", here).blocking is not None
    assert queries.entry(worker.pk, "detection", elsewhere).blocking is None


@pytest.mark.django_db
def test_a_throttle_runs_for_a_day_and_does_not_pile_up() -> None:
    worker = people.worker()
    made = throttle_for_skips(worker, skipped=31, finished=100)
    assert made is not None and made.ends_at is not None
    assert abs(made.ends_at - made.starts_at - timedelta(hours=24)) < timedelta(seconds=1)
    assert made.evidence == {"skipped": 31, "finished": 100, "limit_percent": 30}
    assert throttle_for_skips(worker, skipped=32, finished=100) is None
    clock.advance(timedelta(hours=25))
    assert throttle_for_skips(worker, skipped=32, finished=100) is not None


@pytest.mark.django_db
def test_lifting_twice_is_harmless() -> None:
    made = impose()
    lift(made, by="system", because="First.")
    lift(made, by="system", because="Second.")
    made.refresh_from_db()
    assert (made.state, made.closed_because) == ("lifted", "First.")


@pytest.mark.django_db
def test_an_operator_lifts_with_a_reason_and_twice_is_harmless() -> None:
    made = impose()
    with pytest.raises(Invalid):
        lift_by_person(people.operator(), made.pk, " x ")
    for because in ("It was the brother.", "Again."):
        lifted = lift_by_person(people.second_operator(), made.pk, because)
        assert (lifted.state, lifted.closed_because) == ("lifted", "It was the brother.")


@pytest.mark.django_db
def test_nobody_else_lifts_and_no_operator_their_own() -> None:
    made = impose()
    for stranger in (people.worker(), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            lift_by_person(stranger, made.pk, "A mistake.")
    own = restrict_by_person(
        people.operator(), worker=people.second_operator(), kind="warning", scope="all", text=TEXT, evidence=EVIDENCE,
        days=None,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        lift_by_person(people.second_operator(), own.pk, "A mistake.")
    with pytest.raises(NotFound):
        lift_by_person(people.operator(), new_id(), "A mistake.")


@pytest.mark.django_db
def test_what_has_ended_is_not_lifted() -> None:
    made = impose()
    clock.advance(timedelta(days=8))
    end_due()
    with pytest.raises(WrongState):
        lift_by_person(people.operator(), made.pk, "A mistake.")


@pytest.mark.django_db
def test_a_named_persons_suspicion_of_fraud_freezes_pending_pay_for_two_weeks() -> None:
    impose(evidence=EVIDENCE | {"fraud": True}, days=30)
    assert list(queries.frozen_worker_ids()) == [people.worker().pk]
    clock.advance(timedelta(days=14, seconds=1))
    assert list(queries.frozen_worker_ids()) == []


@pytest.mark.django_db(transaction=True)
def test_throttles_at_once_make_one() -> None:
    worker = people.worker()
    made = at_once(lambda _: throttle_for_skips(worker, skipped=31, finished=100), 6)
    assert sum(one is not None for one in made) == 1


@pytest.mark.django_db(transaction=True)
def test_two_operators_confirming_at_once_make_one_ban() -> None:
    proposed = impose("ban", days=None)
    operators = [people.second_operator(), people.operator(3)]

    def confirm(number: int) -> str:
        try:
            confirm_ban(operators[number], proposed.pk)
        except WrongState:
            return "late"
        return "first"

    assert sorted(at_once(confirm)) == ["first", "late"]
