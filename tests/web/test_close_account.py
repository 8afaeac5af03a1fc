"""The pages that close an account: one's own, and another's by an operator."""

import pytest

from tagwork.kit.ids import encode
from tagwork.people.models import Person
from tests.builders import people, work
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db


def test_one_closes_ones_own_account_with_a_fresh_proof_and_is_signed_out() -> None:
    worker = people.worker()
    stale = browser(worker).post("/security/close/", {"is_sure": "on"})
    assert stale.status_code == 302 and "reauthenticate" in stale["Location"]
    at_browser = browser(worker, is_fresh=True)
    assert "/security/close/" in at_browser.get("/security/").content.decode()
    assert at_browser.get("/security/close/").status_code == 200
    assert at_browser.post("/security/close/", {}).status_code == 422
    assert at_browser.post("/security/close/", {"is_sure": "on"}).status_code == 302
    assert not Person.objects.get(pk=worker.pk).is_active
    assert at_browser.get("/security/").status_code == 302


def test_the_page_says_what_must_happen_first() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    work.submitted(worker, project)
    at_browser = browser(worker, is_fresh=True)
    assert "wait for a verdict" in at_browser.get("/security/close/").content.decode()
    assert at_browser.post("/security/close/", {"is_sure": "on"}).status_code == 409
    assert Person.objects.get(pk=worker.pk).is_active


def test_an_operator_closes_anothers_with_a_reason_and_others_find_no_such_page() -> None:
    worker = people.worker()
    page, sent = (
        f"/operator/people/{encode('p', worker.pk)}/close/",
        {"reason": "They asked by letter.", "is_sure": "on"},
    )
    for stranger in (people.second_worker(), people.moderator(), people.client().person):
        assert browser(stranger, is_fresh=True).post(page, sent).status_code == 404
    at_browser = browser(people.operator(), is_fresh=True)
    assert at_browser.post(page, {"reason": "short"}).status_code == 422
    assert at_browser.post(page, sent).status_code == 302
    assert "This account is closed" in at_browser.get(page.removesuffix("close/")).content.decode()
    assert not Person.objects.get(pk=worker.pk).is_active
