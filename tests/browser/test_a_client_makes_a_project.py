"""The client's way on a desktop: from an empty project to a downloaded dataset that holds exactly what was drawn."""

import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, confirm_by_mail, sign_in, wait_until

pytestmark = pytest.mark.browser

WIDTH_PX, HEIGHT_PX = 800, 600
BOX = (120, 90, 300, 240)  # x, y, width, height: the crate of every picture below


def photograph(name: str, colour: tuple[int, int, int]) -> dict[str, Any]:
    """A crate on a floor; each picture differs, as the same one twice is refused."""
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (120, 120, 110))
    x, y, width, height = BOX
    ImageDraw.Draw(picture).rectangle((x, y, x + width - 1, y + height - 1), fill=colour)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def make_labels(page: Page) -> None:
    """A label with boxes and one question, in the builder; the worker's view follows."""
    page.get_by_label("Name of the label").fill("crate")
    page.get_by_role("button", name="Add a question", exact=True).click()
    page.get_by_label("Question", exact=True).fill("light")
    page.get_by_label("Answers, one on a line").fill("bright\ndark")
    preview = page.locator("#workbench")
    expect(preview.get_by_role("button", name="crate")).to_be_visible()
    expect(preview.get_by_text("bright", exact=True)).to_be_visible()
    expect(preview.locator("[role=application]")).to_be_visible()
    page.get_by_role("button", name="Save the labels").click()
    expect(page.locator("body")).to_contain_text("The labels are saved.")


def make_guideline(page: Page) -> None:
    page.get_by_role("link", name="Guideline").click()
    page.get_by_role("textbox", name="Guideline").fill(
        "# Every crate\nOne tight box for each crate.\n\n# Light\nBright when a shadow can be seen."
    )
    expect(page.locator("#preview")).to_contain_text("c2 Light")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("body")).to_contain_text("Version 1 is in force")


def set_the_price(page: Page) -> None:
    """12 s x $3.00 / 3,600 s = $0.01 is the least."""
    page.get_by_role("link", name="Price", exact=True).click()
    page.get_by_label("Seconds a task typically takes").fill("12")
    page.get_by_label("Pay for a task, in dollars").fill("0.004")
    page.get_by_label("Answers to each task").fill("1")
    page.get_by_label("Budget, in dollars").fill("3")
    page.get_by_role("button", name="Save").click()
    refusal = page.locator(".errorlist")
    expect(refusal).to_contain_text("may not pay less than $0.01")
    expect(refusal).to_contain_text("12 s × $3.00 / 3,600 s")
    page.get_by_label("Pay for a task, in dollars").fill("0.02")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_contain_text("Saved. The price holds")


def upload(page: Page) -> None:
    page.get_by_role("link", name="Images", exact=True).click()
    page.set_input_files(
        "input[type=file]",
        [
            photograph("crate-red.jpg", (180, 40, 30)),
            photograph("crate-green.jpg", (40, 150, 60)),
            photograph("crate-blue.jpg", (40, 60, 170)),
            {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 half a file"},
        ],
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("main")).to_contain_text("torn.jpg")
    expect(page.locator("#images").get_by_text(re.compile("800 × 600"))).to_have_count(3)


def mark_gold(page: Page) -> str:
    """The first task's right answer, drawn by the client; returns its file name."""
    page.get_by_role("link", name="Gold", exact=True).click()
    link = page.get_by_role("link", name=re.compile("^Mark the answer")).first
    file_name = link.inner_text().split()[-1]
    link.click()
    answer(page)
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator(".wb-bar")).to_contain_text("1 saved")
    return file_name


def answer(page: Page) -> None:
    """The crate's box by mouse, and the question."""
    page.locator("[role=application]").wait_for()
    page.get_by_text("bright", exact=True).wait_for()
    page.wait_for_timeout(500)
    x, y, width, height = BOX
    Stage(page, WIDTH_PX, HEIGHT_PX).mouse_drag((x, y), (x + width, y + height))
    page.get_by_text("bright", exact=True).click()


def record_a_deposit(page: Page, demo: Demo) -> None:
    olga = demo.account("olga")
    sign_in(page, olga["email"], olga["password"])
    page.goto("/operator/deposits/")
    page.get_by_label("Client").select_option(index=1)
    page.get_by_label("Amount in US dollars").fill("25")
    page.get_by_label("Reference").fill(f"wire {uuid.uuid4().hex[:8]}")
    page.get_by_role("button", name="Record").click()
    confirm_by_mail(page, lambda: page.get_by_role("button", name="Go on").click())
    expect(page.locator("main")).to_contain_text("$25.00 for")


def work(page: Page, demo: Demo, name: str) -> None:
    ben = demo.account("ben")
    sign_in(page, ben["email"], ben["password"])
    page.goto("/work/")
    page.locator("article, li.card, .card").filter(has_text=name).get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("read", re.I)).click()
    answer(page)
    page.get_by_role("button", name="Submit").click()


def available(page: Page) -> int:
    """Of the organisation, in cents, as its money page says it."""
    page.goto("/deposits/")
    found = re.search(r"\$([\d,]+\.\d{2})", page.locator("main").inner_text())
    assert found is not None
    return round(float(found[1].replace(",", "")) * 100)


def submitted(page: Page, project_id: str) -> str | None:
    """The file whose answer was handed in."""
    for task in api(page, f"/projects/{project_id}/tasks")["items"]:
        if any(one["state"] == "submitted" for one in task["assignments"]):
            return str(task["file_name"])
    return None


def approve(page: Page, project: str) -> bool:
    """By a moderator's own session, so that the clock need not be moved; the page itself has a journey of its own."""
    items = api(page, "/moderation/queue")["items"]
    case = next((one for one in items if one["kind"] == "submission" and one["project"]["name"] == project), None)
    if case:
        status = page.evaluate(
            """async id => (await fetch(`/api/v1/moderation/submissions/${id}/verdict`, {
              method: 'POST', body: JSON.stringify({ verdict: 'approved' }),
              headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(),
                'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content },
            })).status""",
            case["id"],
        )
        assert status in (200, 201)
    return case is not None


def check_the_dataset(path: Path, taken: str, gold_file: str) -> None:
    """COCO: the worker's box within a pixel, under the client's own file name; the unanswered picture has none."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            document = json.loads(archive.read(next(one for one in archive.namelist() if one.endswith(".json"))))
    else:
        document = json.loads(path.read_text())
    names = {image["id"]: image["file_name"] for image in document["images"]}
    boxes = {names[one["image_id"]]: one["bbox"] for one in document["annotations"]}
    assert len(boxes) == len(document["annotations"]) and set(boxes) == {taken, gold_file}
    assert boxes[taken] == pytest.approx(BOX, abs=1)
    assert [category["name"] for category in document["categories"]] == ["crate"]


def test_from_an_empty_project_to_the_dataset(
    desktop: Page, another: Callable[..., Page], demo: Demo, tmp_path: Path
) -> None:
    page = desktop
    cleo = demo.account("cleo")
    sign_in(page, cleo["email"], cleo["password"])
    page.goto("/projects/")
    page.get_by_role("link", name="New project").click()
    name = f"Crates {uuid.uuid4().hex[:6]}"
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_label(re.compile("Find: draw a box")).check()
    page.get_by_role("button", name="Make the draft").click()
    make_labels(page)
    make_guideline(page)
    set_the_price(page)
    upload(page)
    project_id = next(one["id"] for one in api(page, "/projects")["items"] if one["name"] == name)
    schema = api(page, f"/projects/{project_id}")["schema"]
    assert [label["kinds"] for label in schema["labels"]] == [["box"]]
    assert [(group["name"], group["options"]) for group in schema["tags"]] == [("light", ["bright", "dark"])]

    gold_file = mark_gold(page)
    page.goto(f"/projects/{project_id}/")
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("main")).to_contain_text("1 gold tasks are marked; at least 20 are needed")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Check workers with gold tasks").uncheck()
    page.get_by_role("button", name="Save").click()

    before = available(page)
    record_a_deposit(another("desktop"), demo)
    page.goto("/deposits/")
    assert available(page) == before + 2500

    page.goto(f"/projects/{project_id}/")
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("main")).to_contain_text("The project is live.")

    worker = another("desktop")
    work(worker, demo, name)
    taken = wait_until(page, lambda: submitted(page, project_id))
    judge = another("desktop")
    mia = demo.account("mia")
    sign_in(judge, mia["email"], mia["password"])
    judge.goto("/moderation/")
    wait_until(judge, lambda: approve(judge, name))

    page.reload()
    page.get_by_label("Format").select_option("coco")
    page.get_by_role("button", name="Make a dataset").click()
    link = page.locator("#exports").get_by_role("link", name="Download")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "dataset")
    check_the_dataset(tmp_path / "dataset", taken, gold_file)
