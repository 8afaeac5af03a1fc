"""The operator's screening service, over HTTP: clear, review, block, and every way of not answering."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tagwork.kit.errors import WrongState
from tagwork.payouts import rules
from tagwork.payouts.errors import AddressNotPayable
from tagwork.payouts.models import Destination, Screening
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.queries import timeline, withdrawal_for_operator
from tests.builders import people
from tests.builders.bchn import PASSWORD, USER, FakeBchn, fake_bchn
from tests.builders.concurrency import at_once
from tests.builders.screener import Screener, screener
from tests.unit.payouts.coin_setup import approved_all, set_up
from tests.unit.payouts.conftest import LITECOIN, approved, fund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def service(db: None, settings: Settings) -> Iterator[Screener]:
    with screener() as found:
        settings.SCREENING = (found.url, "a-token")
        yield found


@pytest.fixture
def node(db: None, settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    with fake_bchn() as fake:
        fake.give(100_000_000)
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        yield fake


def test_without_a_service_nobody_is_asked_and_nothing_is_kept() -> None:
    assert mark_signed(people.operator(), approved(people.worker()).id).state == "signed"
    assert not Screening.objects.exists()


def test_a_destination_it_blocks_is_refused_and_a_clear_one_is_kept_with_the_answer(service: Screener) -> None:
    worker = people.worker()
    service.answers[LITECOIN] = "block"
    with pytest.raises(AddressNotPayable):
        add_destination(worker, "ltc", LITECOIN)
    assert not Destination.objects.exists()
    service.answers[LITECOIN] = "clear"
    add_destination(worker, "ltc", LITECOIN)
    assert [(one.answer, one.withdrawal) for one in Screening.objects.all()] == [("clear", None)]
    [subject] = service.asked[-1]["subjects"]
    assert (service.asked[-1]["moment"], subject["address"], subject["country"]) == (
        "destination",
        LITECOIN,
        worker.country,
    )
    assert service.tokens[-1] == "Bearer a-token"


@pytest.mark.parametrize(
    ("status", "raw"),
    [(500, b"{}"), (200, b"not JSON"), (200, b"[]"), (200, b'{"answers":[{"id":"x","answer":"yes"}]}'), (302, b"{}")],
)
def test_whatever_is_no_answer_sends_every_withdrawal_there_to_a_person(
    service: Screener, status: int, raw: bytes
) -> None:
    worker = people.worker()
    service.status, service.raw = status, raw
    destination = add_destination(worker, "ltc", LITECOIN)
    fund(worker, 1_000_000)
    made = request_withdrawal(worker, destination.id, 1_000_000, "key-1")
    assert review_withdrawal(made.id) == "held"
    assert withdrawal_for_operator(made.id).hold_reasons == (rules.SCREENING_REVIEW,)


def test_a_service_that_is_not_there_is_a_review_and_not_a_pass(settings: Settings) -> None:
    made = approved(people.worker())
    settings.SCREENING = ("http://127.0.0.1:9/", "")
    with pytest.raises(WrongState):
        mark_signed(people.operator(), made.id)
    assert withdrawal_for_operator(made.id).state == "held"


def test_a_batch_takes_the_clear_ones_and_holds_the_others(service: Screener, node: FakeBchn) -> None:
    addresses = [node.stranger(number) for number in range(4)]
    made = approved_all(addresses, method="bch")
    service.answers = {addresses[1]: "review", addresses[2]: "block", addresses[3]: None}
    service.asked.clear()
    assert run_payouts("bch").outcome == "done"
    views = [withdrawal_for_operator(one) for one in made]
    assert [view.state for view in views] == ["broadcast", "held", "held", "held"]
    assert [view.hold_reasons for view in views[1:]] == [
        (rules.SCREENING_REVIEW,),
        (rules.SCREENING_BLOCK,),
        (rules.SCREENING_REVIEW,),
    ]
    assert timeline(made[2])[-1].detail["screening"] == "said block"
    assert [len(one["subjects"]) for one in service.asked] == [4]
    assert sorted(one.answer for one in Screening.objects.exclude(withdrawal=None)) == [
        "block",
        "clear",
        "review",
        "review",
    ]


def test_a_review_that_a_person_released_passes_and_a_block_never_does(service: Screener, node: FakeBchn) -> None:
    addresses = [node.stranger(number) for number in range(2)]
    made = approved_all(addresses, method="bch")
    service.answers = {addresses[0]: "review", addresses[1]: "block"}
    run_payouts("bch")
    for one in made:
        release_held(people.operator(), one, "I looked the person up")
    run_payouts("bch")
    assert [withdrawal_for_operator(one).state for one in made] == ["broadcast", "held"]


def test_by_hand_it_is_asked_before_anybody_commits(service: Screener) -> None:
    made = approved(people.worker())
    service.answers[made.address] = "block"
    with pytest.raises(WrongState):
        mark_signed(people.operator(), made.id)
    assert withdrawal_for_operator(made.id).hold_reasons == (rules.SCREENING_BLOCK,)
    service.answers.clear()
    release_held(people.operator(), made.id, "the service was wrong and is corrected")
    assert mark_signed(people.second_operator(), made.id).state == "signed"
    # Once more by the same operator is the same answer, and nobody is asked again.
    asked = len(service.asked)
    assert mark_signed(people.second_operator(), made.id).state == "signed" and len(service.asked) == asked


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_after_a_screening_hold_what_it_named_and_pay_the_rest_once(
    service: Screener, node: FakeBchn
) -> None:
    blocked, clear = approved_all([node.stranger(1), node.stranger(2)], method="bch")
    service.answers[node.stranger(1)] = "review"
    outcomes = at_once(lambda _: run_payouts("bch").outcome)
    assert outcomes.count("busy") <= 1
    assert withdrawal_for_operator(blocked).state == "held"
    assert [one.to_state for one in timeline(blocked)].count("held") == 1
    assert [one.to_state for one in timeline(clear)].count("signed") == 1
