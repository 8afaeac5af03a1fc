"""The client's answers and disputes, and the moderator's page for them."""

import pytest

from tagwork.kit.ids import encode
from tagwork.quality.models import Dispute
from tagwork.quality.operations.moderate import Corrected, moderate
from tagwork.web.client.answers import in_words
from tagwork.work.operations.submit import submit
from tests.builders import people, work
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db
TEXT = "There is a second car behind the tree."


def test_an_answer_is_told_in_words() -> None:
    found = in_words(
        [
            {"kind": "tag", "of": "weather", "label": "sun"},
            {"kind": "box", "label": "car"},
            {"kind": "text", "text": "STOP", "label": "sign"},
            {"kind": "polygon", "label": "car"},
        ]
    )
    assert found == ["weather: sun", "2 × car", "“STOP”"]


def test_what_helped_is_told_in_words_to_the_client_and_to_the_worker() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    boxes = [{**work.BOX, "id": str(number), "box": [10 * number, 10, 8, 20]} for number in (1, 2, 3)]
    note = {"by": "grabcut", "version": "1+opencv-5.0.0", "edited": False}
    made = submit(worker, work.leased(worker, project).pk, boxes, assists={"1": note, "3": note})
    receipt = browser(worker).get(f"/work/submissions/{encode('s', made.pk)}/").content.decode()
    assert receipt.count("With help: Cut out by the server (GrabCut), version 1+opencv-5.0.0") == 2
    moderate(people.moderator(), made.pk, "approved")
    at_client = browser(project.created_by)
    answers = f"/projects/{encode('pr', project.pk)}/answers/"
    for page in (answers, f"{answers}{encode('s', made.pk)}/"):
        told = at_client.get(page).content.decode()
        assert "With help: 2 × Cut out by the server (GrabCut), version 1+opencv-5.0.0" in told


def test_a_client_disputes_an_answer_and_a_moderator_decides() -> None:
    project = work.open_project(2)
    at_client = browser(project.created_by)
    answers = f"/projects/{encode('pr', project.pk)}/answers/"
    assert "No approved answer yet" in at_client.get(answers).content.decode()
    made = work.submitted(work.reader(project), project)
    page = f"{answers}{encode('s', made.pk)}/"
    assert at_client.get(page).status_code == 404
    moderate(people.moderator(), made.pk, "approved")
    listed = at_client.get(answers).content.decode()
    assert page in listed and "1 × car" in listed and made.worker.email not in listed
    assert at_client.post(page, {"text": "bad"}).status_code == 422
    assert at_client.post(page, {"text": TEXT})["Location"] == page
    assert TEXT in at_client.get(page).content.decode()

    case = f"/moderation/dispute/{encode('dt', Dispute.objects.get().pk)}/"
    assert browser(people.moderator()).get(case).status_code == 403
    assert browser(people.operator()).get(case).status_code == 404
    at_bench = browser(people.second_moderator())
    assert case in at_bench.get("/moderation/?kind=dispute").content.decode()
    assert TEXT in at_bench.get(case).content.decode()
    assert at_bench.post(case, {"decision": "upheld", "note": "short"}).status_code == 422
    assert at_bench.post(case, {"decision": "upheld", "note": "The second car is there."}).status_code == 302
    assert "The second car is there." in at_client.get(page).content.decode()
    assert "not in the dataset" in at_client.get(answers).content.decode()
    assert "The second car is there." in at_bench.get(case).content.decode()


def test_a_corrected_answer_is_shown_as_the_dataset_holds_it() -> None:
    project = work.open_project(1)
    made = work.submitted(work.reader(project), project)
    second = work.BOX | {"id": "2", "box": [40, 10, 10, 10]}
    moderate(people.moderator(), made.pk, "approved", corrected=Corrected([work.BOX, second]))
    listed = browser(project.created_by).get(f"/projects/{encode('pr', project.pk)}/answers/").content.decode()
    assert "2 × car" in listed and "corrected by a moderator" in listed


def test_the_pages_do_not_exist_for_others() -> None:
    project = work.open_project(1)
    made = work.submitted(work.reader(project), project)
    moderate(people.moderator(), made.pk, "approved")
    for stranger in (people.outsider(), made.worker):
        answer = browser(stranger).get(f"/projects/{encode('pr', project.pk)}/answers/{encode('s', made.pk)}/")
        assert answer.status_code in (403, 404)
