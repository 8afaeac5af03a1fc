"""A flag: is the guideline silent? Then it is paid, the task waits, and the client answers."""

import pytest

from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Membership, Person
from tagwork.projects.models import Project
from tagwork.quality import queries
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.decide_flag import answer_question, decide_flag
from tagwork.standing.models import CheckedAnswer
from tagwork.work.models import Flag, Task
from tagwork.work.operations.claim import claim
from tagwork.work.operations.flag import flag
from tagwork.work.operations.release import release
from tests.builders import people, work

pytestmark = pytest.mark.django_db
NOTE = "Clause c2 says that vans are cars."


def flagged(project: Project | None = None, number: int = 1) -> Flag:
    project = project or work.open_project(1)
    worker = work.reader(project, number)
    return flag(worker, work.leased(worker, project).pk, "ambiguous", "Is a van a car?")


def main_balance(worker: Person) -> int:
    return ledger.balance_micros(AccountRef("worker_main", f"worker:{worker.pk}"))


def test_a_justified_flag_is_paid_and_becomes_a_question() -> None:
    made = flagged()
    decided = decide_flag(people.moderator(), made.pk, "justified", "")
    assert (decided.state, main_balance(made.worker)) == ("justified", 6_000)
    assert list(queries.open_questions(made.project_id)) == [made]
    # A flag never costs accuracy.
    assert not CheckedAnswer.objects.exists()


def test_its_task_waits_for_the_clients_answer_and_then_goes_on() -> None:
    project = work.open_project(1, overlap=2)
    made = flagged(project)
    decide_flag(people.moderator(), made.pk, "justified", "")
    second = work.reader(project, 2)
    # The other slot was open: nobody else is asked what the guideline does not say.
    assert claim(second, project.pk) == [] and release(project.pk) == 0
    answer_question(project.created_by, made.pk, "Yes, mark vans as cars.")
    assert release(project.pk) == 2
    assert len(claim(second, project.pk)) == 1
    assert Task.objects.get().answers_wanted == 3
    assert ledger.verify().ok


def test_a_task_with_two_questions_waits_for_both_answers() -> None:
    project = work.open_project(1, overlap=2)
    first, second = flagged(project, 1), flagged(project, 2)
    for one in (first, second):
        decide_flag(people.moderator(), one.pk, "justified", "")
    answer_question(project.created_by, first.pk, "Yes.")
    assert Task.objects.get().is_held and release(project.pk) == 0
    answer_question(project.created_by, second.pk, "Yes, too.")
    assert not Task.objects.get().is_held and release(project.pk) == 2


def test_an_unjustified_flag_is_unpaid_and_the_task_goes_on() -> None:
    made = flagged()
    decide_flag(people.moderator(), made.pk, "unjustified", NOTE, "c2")
    assert main_balance(made.worker) == 0
    assert release(made.project_id) == 1


def test_a_won_appeal_pays_the_flag_and_asks_the_client() -> None:
    made = flagged()
    decide_flag(people.moderator(), made.pk, "unjustified", NOTE)
    appeal = file_appeal(made.worker, "flag", made.pk, "Clause c2 speaks of size, not of vans.")
    with pytest.raises(Forbidden):
        decide_appeal(people.moderator(), appeal.pk, "won", "")
    decide_appeal(people.second_moderator(), appeal.pk, "won", "")
    made.refresh_from_db()
    assert (made.state, main_balance(made.worker)) == ("justified", 6_000)
    assert Task.objects.get().is_held


def test_a_lost_appeal_frees_the_reserve() -> None:
    made = flagged()
    decide_flag(people.moderator(), made.pk, "unjustified", NOTE)
    appeal = file_appeal(made.worker, "flag", made.pk, "Clause c2 speaks of size, not of vans.")
    decide_appeal(people.second_moderator(), appeal.pk, "lost", "It speaks of both.")
    made.refresh_from_db()
    assert made.reserve_ended_at is not None
    assert ledger.reserved_micros(AccountRef("project_escrow", f"project:{made.project_id}")) == 0


def test_it_refuses_strangers_own_flags_the_wrong_state_and_a_bare_no() -> None:
    made = flagged()
    for nobody in (people.worker(2), people.client().person, people.operator()):
        with pytest.raises(NotFound):
            decide_flag(nobody, made.pk, "justified", "")
    made.worker.is_moderator = True
    made.worker.save()
    partner = people.moderator(3)
    Membership.objects.create(organisation=made.project.organisation, person=partner)
    for judge in (made.worker, partner):
        with pytest.raises(Forbidden):
            decide_flag(judge, made.pk, "justified", "")
        assert list(queries.waiting_flags(judge)) == []
    for decision, note in (("unjustified", "No."), ("maybe", NOTE)):
        with pytest.raises(Invalid):
            decide_flag(people.moderator(), made.pk, decision, note)
    with pytest.raises(WrongState):
        answer_question(made.project.created_by, made.pk, "Too early.")
    decide_flag(people.moderator(), made.pk, "justified", "")
    with pytest.raises(WrongState):
        decide_flag(people.second_moderator(), made.pk, "unjustified", NOTE)
    with pytest.raises(NotFound):
        answer_question(people.outsider(), made.pk, "Not mine.")
    answer_question(made.project.created_by, made.pk, "Yes.")
    with pytest.raises(WrongState):
        answer_question(made.project.created_by, made.pk, "Again.")
