"""Arabic: pages are read from the right, and the image is never mirrored."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import sign_in
from tests.browser.test_accessibility import Inspector
from tests.browser.test_draw_every_kind import at_the_image, by_kind, leased, picture

pytestmark = pytest.mark.browser

PAGES = ("/", "/work/", "/dashboard/", "/money/", "/standing/", "/reports/", "/withdrawals/")


def in_language(page: Page, demo: Demo, language: str) -> None:
    page.context.add_cookies([{"name": "tagwork_language", "value": language, "url": demo.url}])
    ben = demo.account("ben")
    sign_in(page, ben["email"], ben["password"])


def test_a_box_drawn_from_the_right_lies_where_the_finger_was(phone: Page, demo: Demo) -> None:
    project = make_project(demo, {"labels": [{"name": "sign", "kinds": ["box"]}]}, [picture()])
    in_language(phone, demo, "ar")
    phone.goto(f"/work/{project}/")
    phone.get_by_role("button", name="قرأته").click()
    stage = at_the_image(phone)
    assert phone.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    stage.finger_drag((180, 30), (40, 90))
    expect(phone.locator(".wb-saved")).to_have_text("محفوظ")
    [box] = by_kind(leased(phone)["draft"]["annotations"], "box")
    # The red sign is in the left half of the picture, in every language.
    assert box["box"] == pytest.approx([40, 30, 140, 60], abs=0.7)


@pytest.mark.parametrize(
    ("language", "read", "submit", "fault"),
    [
        ("es", "La leí", "Entregar", "Escribe el texto de esta marca o indica que no se puede leer."),
        ("ar", "قرأته", "إرسال", "اكتب نص هذه العلامة، أو قل إنه لا يُقرأ."),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_page(
    phone: Page, demo: Demo, language: str, read: str, submit: str, fault: str
) -> None:
    project = make_project(demo, {"labels": [{"name": "sign", "kinds": ["box", "text"]}]}, [picture()])
    in_language(phone, demo, language)
    phone.goto(f"/work/{project}/")
    phone.get_by_role("button", name=read).click()
    stage = at_the_image(phone)
    if language == "es":
        expect(phone.locator(".wb-hint")).to_have_text("Arrastra un recuadro o toca dos esquinas opuestas.")
    stage.finger_drag((180, 30), (40, 90))
    phone.get_by_role("button", name=submit, exact=True).click()
    expect(phone.locator(".wb-notice-bad")).to_contain_text(fault)


def test_a_workers_pages_fit_a_small_phone_and_hold_for_everybody(phone: Page, demo: Demo) -> None:
    phone.set_viewport_size({"width": 360, "height": 740})
    in_language(phone, demo, "ar")
    inspector = Inspector(phone)
    for path in PAGES:
        inspector.visit(path)
        assert phone.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert inspector.report() == {}
