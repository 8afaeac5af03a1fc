"""One stranger all the way through, with no page in between: work, verdict, pay, appeal, withdrawal, dataset."""

import json
from datetime import timedelta

import pytest

from tagwork.formats.operations.export_dataset import request_export
from tagwork.kit import clock
from tagwork.kit.storage import local_files
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.quality import queries as quality
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.moderate import moderate
from tagwork.standing import queries as standing
from tagwork.work.models import Submission, Task
from tests.builders import people, work
from tests.builders.background import run_background

pytestmark = pytest.mark.django_db

LITECOIN_ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"


def balances(worker) -> tuple[int, int]:
    owner = f"worker:{worker.pk}"
    return ledger.pending_micros(owner), ledger.balance_micros(AccountRef("worker_main", owner))


def test_a_stranger_works_is_judged_appeals_and_withdraws() -> None:
    project = work.open_project(3, price={"base_micros": 400_000, "object_micros": 0, "max_objects": 0})
    ana = work.reader(project)
    first = work.submitted(ana, project)
    second = work.submitted(ana, project)
    assert balances(ana) == (800_000, 0)

    moderate(people.moderator(), first.pk, "approved")
    moderate(
        people.moderator(),
        second.pk,
        "rejected",
        reason_code="imprecise_shape",
        clause="c1",
        mark={"box": [5, 5, 20, 20]},
        note="The box leaves out the bumper.",
    )
    assert balances(ana) == (0, 400_000)
    receipt = quality.receipt(ana, second.pk)
    assert receipt.verdict is not None and receipt.verdict.reason_code == "imprecise_shape"
    assert receipt.can_appeal_until is not None

    appeal = file_appeal(ana, "submission", second.pk, "The bumper is inside the box, look again.")
    decide_appeal(people.second_moderator(), appeal.pk, "won", "It is inside.")
    assert balances(ana) == (0, 800_000)
    run_background()
    [skill] = standing.skills_of(ana.pk)
    assert (skill.checked, skill.correct) == (2, 2)

    destination = add_destination(ana, "ltc", LITECOIN_ADDRESS)
    withdrawal = request_withdrawal(ana, destination.id, 500_000, "key-1")
    run_background()
    assert withdrawal.net_micros == 500_000
    assert balances(ana) == (0, 300_000)
    report = ledger.verify()
    assert report.ok, report.checks


def test_the_timer_pays_after_72_hours_and_the_dataset_holds_what_was_approved() -> None:
    project = work.open_project(2)
    ana = work.reader(project)
    made = work.submitted(ana, project)
    run_background()
    assert Submission.objects.get(pk=made.pk).state == "pending"
    clock.advance(timedelta(hours=73))
    run_background()
    assert Submission.objects.get(pk=made.pk).state == "approved"
    assert balances(ana) == (0, 6_000)

    export = request_export(project.created_by, project.pk, "coco")
    run_background()
    export.refresh_from_db()
    assert export.state == "ready"
    document = json.loads(local_files().open(export.file_key).read())
    assert [one["bbox"] for one in document["annotations"]] == [[10, 10, 30, 20]]
    assert len(document["images"]) == 2


def test_a_rejected_answer_is_unpaid_leaves_the_dataset_and_its_task_comes_back() -> None:
    project = work.open_project(1)
    ana = work.reader(project)
    made = work.submitted(ana, project)
    moderate(people.moderator(), made.pk, "rejected", reason_code="missed_object", clause="c1", mark={"point": [3, 4]})
    run_background()
    task = Task.objects.get(pk=made.task_id)
    assert (task.open_slots, task.answers_wanted, task.slots_opened) == (1, 2, 2)
    assert balances(ana) == (0, 0)
    # Its money waits for an appeal; after the window it is free again.
    clock.advance(timedelta(days=15))
    run_background()
    made.refresh_from_db()
    assert made.reserve_ended_at is not None
    assert ledger.verify().ok
