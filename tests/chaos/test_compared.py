"""The judge of the fault runs can find what it looks for: an answer that is lost, doubled, changed, or nobody's."""

from typing import Any

from tests.chaos.drive import Given, Ledger, compared


def tag(option: str) -> list[dict[str, Any]]:
    return [{"kind": "tag", "label": option}]


def held(*rows: tuple[str, list[Any]], promised: int = 0, owed: int = 0) -> dict[str, Any]:
    submissions = [{"assignment": assignment, "answer": answer} for assignment, answer in rows]
    return {"submissions": submissions, "promised_micros": promised, "owed_micros": owed}


def ledger(**given: Given) -> Ledger:
    return Ledger(given=given)


def test_what_arrived_as_it_was_given_is_fine() -> None:
    given = ledger(a=Given(["brick", "grass"]), b=Given([{"boxes": 2, "is_draft": False}]))
    assert compared("w", given, held(("a", tag("grass")), ("b", [{}, {}]))) == (0, 0, [])


def test_an_answer_that_is_not_there_is_lost_if_it_was_surely_given() -> None:
    assert compared("w", ledger(a=Given(["brick"])), held())[0] == 1
    assert compared("w", ledger(a=Given([{"boxes": 1, "is_draft": False}])), held())[0] == 1
    # Killed before the page had said so, or never handed in.
    assert compared("w", ledger(a=Given(["brick"], is_sure=False)), held()) == (0, 0, [])
    assert compared("w", ledger(a=Given([{"boxes": 1, "is_draft": True}])), held()) == (0, 0, [])


def test_two_rows_of_one_task_are_doubled() -> None:
    assert compared("w", ledger(a=Given(["brick"])), held(("a", tag("brick")), ("a", tag("brick"))))[1] == 1


def test_another_answer_than_the_one_given_is_told() -> None:
    assert compared("w", ledger(a=Given(["brick"])), held(("a", tag("grass"))))[2] != []
    assert compared("w", ledger(a=Given([{"boxes": 2, "is_draft": False}])), held(("a", [{}])))[2] != []
    # In two tabs the first one counts, whichever it was.
    both = ledger(a=Given(["brick", "grass"], in_two_tabs=True))
    assert compared("w", both, held(("a", tag("brick")))) == (0, 0, [])


def test_an_answer_booked_under_the_task_beside_it_shows_as_lost_and_as_nobodys() -> None:
    # What the first version of the runs did (seed 2): it took the image loaded last for the one on the table, and that
    # is the next task's. Both signs together mean that the runs are wrong, not the product.
    lost, doubled, wrong = compared("w", ledger(following=Given(["brick"])), held(("shown", tag("brick"))))
    assert (lost, doubled) == (1, 0)
    assert [line.split(":")[-1].strip() for line in wrong][-1] == "nobody gave this"


def test_pay_that_is_not_promised_or_not_owed_is_told() -> None:
    assert compared("w", ledger(), held(promised=2_000, owed=4_000))[2] != []
