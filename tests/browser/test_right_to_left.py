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


def in_arabic(page: Page, demo: Demo) -> None:
    page.context.add_cookies([{"name": "tagwork_language", "value": "ar", "url": demo.url}])
    ben = demo.account("ben")
    sign_in(page, ben["email"], ben["password"])


def test_a_box_drawn_from_the_right_lies_where_the_finger_was(phone: Page, demo: Demo) -> None:
    project = make_project(demo, {"labels": [{"name": "sign", "kinds": ["box"]}]}, [picture()])
    in_arabic(phone, demo)
    phone.goto(f"/work/{project}/")
    phone.get_by_role("button", name="قرأته").click()
    stage = at_the_image(phone)
    assert phone.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    stage.finger_drag((180, 30), (40, 90))
    expect(phone.locator(".wb-saved")).to_have_text("محفوظ", timeout=10_000)
    [box] = by_kind(leased(phone)["draft"]["annotations"], "box")
    # The red sign is in the left half of the picture, in every language.
    assert box["box"] == pytest.approx([40, 30, 140, 60], abs=0.7)


def test_a_workers_pages_fit_a_small_phone_and_hold_for_everybody(phone: Page, demo: Demo) -> None:
    phone.set_viewport_size({"width": 360, "height": 740})
    in_arabic(phone, demo)
    inspector = Inspector(phone)
    for path in PAGES:
        inspector.visit(path)
        assert phone.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert inspector.report() == {}
