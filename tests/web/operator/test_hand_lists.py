"""Lists of payments by hand, at the operators' pages."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tagwork.kit import clock
from tagwork.kit import settings as versioned
from tagwork.kit.ids import encode, new_id
from tagwork.payouts.models import HandList
from tagwork.payouts.queries import withdrawal_for_operator
from tests.builders import people
from tests.builders.browsers import browser
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import set_policy
from tests.web.operator.test_payouts import confirmed, text_of

pytestmark = pytest.mark.django_db
HOME = "/operator/payouts/lists/"
GERMAN = "DE89 3704 0044 0532 0130 00"


@pytest.fixture(autouse=True)
def _fresh_clock_and_settings() -> Iterator[None]:
    versioned.forget()
    set_policy("payouts.destination_cooldown_seconds", 0)
    set_policy("payouts.methods", ["manual"])
    yield
    clock.reset()
    versioned.forget()


def test_an_operator_makes_a_list_downloads_it_and_gives_it_back() -> None:
    made = approved_to(GERMAN, 10_000_000, 1, "manual").id
    at_browser = confirmed(people.operator())
    assert "$10.00" in text_of(at_browser.get(HOME))
    page = at_browser.post(HOME + "manual/make/", follow=True)
    assert GERMAN in text_of(page)
    where = f"{HOME}{encode('hl', HandList.objects.get().id)}/"
    missing = at_browser.get(where + "pain001/")
    assert missing.status_code == 409 and "own account is missing" in text_of(missing)
    set_policy("payouts.manual.payer_account", GERMAN)
    assert b"pain.001.001.09" in at_browser.get(where + "pain001/").content
    content = at_browser.get(where + "csv/").content
    assert at_browser.get(where + "nope/").status_code == 404
    for filled, status in ((b"nonsense", 409), (content.replace(b",,,\r\n", b",arrived,REF-1,\r\n"), 302)):
        answer = at_browser.post(where + "results/", {"file": SimpleUploadedFile("filled.csv", filled)})
        assert answer.status_code == status, text_of(answer)
    assert withdrawal_for_operator(made).state == "confirmed"
    assert at_browser.post(HOME + "manual/make/").status_code == 409


def test_lists_do_not_exist_for_others_and_making_one_takes_the_second_factor() -> None:
    approved_to(GERMAN, 10_000_000, 1, "manual")
    where = f"{HOME}{encode('hl', new_id())}/"
    for other in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        for address in (HOME, where, where + "csv/"):
            assert browser(other).get(address).status_code == 404
        assert browser(other).post(HOME + "manual/make/").status_code == 404
        assert browser(other).post(where + "results/").status_code == 404
    hasty = browser(people.operator(), is_fresh=True)
    assert hasty.post(HOME + "manual/make/").url.startswith("/accounts/2fa/reauthenticate/")
    assert not HandList.objects.exists()
    assert hasty.get(where).status_code == 404
