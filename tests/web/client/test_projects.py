"""The client's pages: for members of the organisation, and for nobody else."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tagwork.formats.models import Export
from tagwork.kit.ids import encode
from tagwork.projects.models import GuidelineExample, Image, Project
from tagwork.quality.operations.decide_flag import decide_flag
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.work.models import Flag, Task
from tagwork.work.operations.flag import flag
from tagwork.work.operations.release import plan_tasks
from tests.builders import people, pictures, projects, work
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db

PAGES = [
    "",
    "images/",
    "settings/",
    "settings/labels/",
    "settings/guideline/",
    "settings/price/",
    "gold/",
    "exam/",
    "tasks/",
]


def url_of(project: Project, rest: str = "") -> str:
    return f"/projects/{encode('pr', project.pk)}/{rest}"


def member() -> Client:
    return browser(people.client().person)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("rest", PAGES)
def test_a_member_opens_every_page_of_a_project_in_every_state(rest: str) -> None:
    draft, live = projects.draft(), work.open_project()
    for project in (draft, live):
        answer = member().get(url_of(project, rest))
        assert answer.status_code == 200
        assert project.name in answer.content.decode()


@pytest.mark.parametrize("rest", PAGES)
def test_the_project_of_another_organisation_does_not_exist(rest: str) -> None:
    project = work.open_project()
    assert browser(people.outsider()).get(url_of(project, rest)).status_code == 404


@pytest.mark.parametrize("rest", PAGES)
def test_a_worker_reads_whom_the_page_is_for_and_nothing_of_the_project(rest: str) -> None:
    project = work.open_project()
    answer = browser(people.worker()).get(url_of(project, rest))
    assert answer.status_code == 403
    assert project.name not in answer.content.decode()


@pytest.mark.parametrize("path", ["/projects/", "/projects/new/", "/deposits/"])
def test_nobody_signed_in_is_sent_to_sign_in_and_back(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={path}")


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert not sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")), sql
    return execute(sql, params, many, context)


@pytest.mark.parametrize("rest", PAGES)
def test_looking_at_a_page_changes_nothing(rest: str) -> None:
    project = projects.ready(image_count=2)
    at_browser = member()
    # The background draws the practice pictures; the first to need one before that draws it, once for everybody.
    at_browser.get(url_of(project, rest))
    with connection.execute_wrapper(refuse_writes):
        assert at_browser.get(url_of(project, rest)).status_code == 200


POSTS = ["move/", "exports/", "settings/", "settings/labels/", "settings/guideline/", "settings/price/", "images/"]


@pytest.mark.parametrize("rest", POSTS)
def test_nobody_else_changes_a_project_by_its_address(rest: str) -> None:
    project = work.open_project()
    assert browser(people.outsider()).post(url_of(project, rest), {"move": "pause"}).status_code == 404
    assert browser(people.worker()).post(url_of(project, rest), {"move": "pause"}).status_code == 403
    project.refresh_from_db()
    assert project.state == Project.State.LIVE


def test_the_list_costs_the_same_for_one_project_and_for_many(django_assert_max_num_queries: Any) -> None:
    at_browser = member()
    for _ in range(6):
        work.open_project(image_count=1)
    with django_assert_max_num_queries(9):
        page = at_browser.get("/projects/")
    assert page.content.decode().count("Answers") >= 6


def test_the_list_is_filtered_by_name_and_state() -> None:
    draft = projects.draft(name="Pears in autumn")
    live = work.open_project(name="Apples in spring")
    page = member().get("/projects/?name=pears").content.decode()
    assert draft.name in page and live.name not in page
    page = member().get("/projects/?state=live").content.decode()
    assert live.name in page and draft.name not in page
    assert "No project fits" in member().get("/projects/?name=plums").content.decode()


def test_a_draft_is_made_and_leads_to_its_labels() -> None:
    answer = member().post(
        "/projects/new/",
        {
            "organisation": encode("o", people.client().organisation.pk),
            "name": "Street signs",
            "summary": "",
            "starter": "transcription",
            "gold_wanted": "on",
        },
    )
    made = Project.objects.get(name="Street signs")
    assert answer["Location"] == url_of(made, "settings/labels/")
    assert (made.state, made.task_type, made.gold_wanted) == ("draft", "transcription", True)


def test_a_draft_for_another_organisation_is_not_offered() -> None:
    browser(people.outsider())
    stranger = people.outsider().memberships.get().organisation
    answer = member().post(
        "/projects/new/", {"organisation": encode("o", stranger.pk), "name": "Mine", "starter": "detection"}
    )
    assert answer.status_code == 422
    assert not Project.objects.filter(name="Mine").exists()


def test_a_draft_shows_what_its_launch_still_asks_for_and_a_refused_launch_says_the_same() -> None:
    project = projects.draft(schema=None, gold_wanted=True)
    page = text_of(member().get(url_of(project)))
    assert "Say what is to be marked: the label schema is missing." in page
    assert "0 gold tasks are marked; at least 20 are needed, or switch gold off." in page
    answer = member().post(url_of(project, "move/"), {"move": "launch"}, follow=True)
    assert "the label schema is missing" in answer.content.decode()
    project.refresh_from_db()
    assert project.state == Project.State.DRAFT


def test_a_project_is_launched_paused_resumed_and_closed() -> None:
    project = projects.ready()
    at_browser = member()
    for move, state in (("launch", "live"), ("pause", "paused"), ("resume", "live"), ("close", "closing")):
        assert at_browser.post(url_of(project, "move/"), {"move": move}).status_code == 302
        project.refresh_from_db()
        assert project.state == state
    refused = at_browser.post(url_of(project, "move/"), {"move": "resume"}, follow=True)
    assert "This project is closing" in refused.content.decode()
    assert at_browser.post(url_of(project, "move/"), {"move": "explode"}).status_code == 404


def test_the_overview_tells_progress_money_and_a_forecast(django_assert_max_num_queries: Any) -> None:
    project = work.open_project(image_count=3)
    work.submitted(work.reader(project), project)
    at_browser = member()
    with django_assert_max_num_queries(40):
        page = text_of(at_browser.get(url_of(project)))
    assert "Answers handed in, all in all" in page
    # One answer on the only day there was: 1 a day, 2 left, 2 days.
    assert "At 1 answers a day the 2 that are left take about 2 days." in page
    assert "$100.00" in page


# --- Questions -------------------------------------------------------------------------------------------------------


def asked_question(project: Project) -> Flag:
    worker = work.reader(project)
    made = flag(worker, work.leased(worker, project).pk, "ambiguous", "Is a toy car a car?")
    return decide_flag(people.moderator(), made.pk, "justified", "It is not decided.")


def test_a_question_is_shown_with_its_image_and_answered() -> None:
    project = work.open_project()
    question = asked_question(project)
    page = text_of(member().get(url_of(project)))
    assert "Is a toy car a car?" in page and "/i/client/" in page
    path = url_of(project, f"questions/{encode('f', question.pk)}/")
    name = f"{encode('f', question.pk)}-answer"
    short = member().post(path, {name: "No"})
    assert short.status_code == 422 and "Write an answer." in short.content.decode()
    assert member().post(path, {name: "No: only real cars."}).status_code == 302
    question.refresh_from_db()
    assert question.answer == "No: only real cars."
    again = member().post(path, {name: "Yes after all."}, follow=True)
    assert "answered already" in again.content.decode()


def test_nobody_else_answers_a_question() -> None:
    project = work.open_project()
    question = asked_question(project)
    path = url_of(project, f"questions/{encode('f', question.pk)}/")
    name = f"{encode('f', question.pk)}-answer"
    assert browser(people.outsider()).post(path, {name: "Yes, of course."}).status_code == 404


# --- Dataset ---------------------------------------------------------------------------------------------------------


def test_a_dataset_is_asked_for_and_offered_when_it_is_ready() -> None:
    project = work.open_project()
    assert member().post(url_of(project, "exports/"), {"format": "coco"}).status_code == 302
    assert "Being made" in member().get(url_of(project)).content.decode()
    export = Export.objects.get(project=project)
    Export.objects.update(state=Export.State.READY, images=3, answers=0, byte_size=100)
    assert f"/api/v1/exports/{encode('e', export.pk)}/file" in member().get(url_of(project)).content.decode()
    refused = member().post(url_of(project, "exports/"), {"format": "papyrus"}, follow=True)
    assert "There is no such format" in refused.content.decode()


# --- Labels ----------------------------------------------------------------------------------------------------------


def rows(**changes: Any) -> dict[str, Any]:
    """One label as the form sends it."""
    return {
        "labels-rows": "1",
        "tags-rows": "0",
        "label-0-name": "car",
        "label-0-kinds": ["box"],
        "label-0-color": "#0072b2",
        "label-0-attributes-rows": "0",
        "allow_nothing": "on",
        **changes,
    }


def test_labels_are_saved_from_rows_without_a_script() -> None:
    project = projects.draft()
    sent = rows(
        act="save",
        **{
            "label-0-attributes-rows": "1",
            "label-0-attribute-0-name": "colour",
            "label-0-attribute-0-type": "choice",
            "label-0-attribute-0-options": "red\r\nother\r\n",
            "label-0-attribute-0-required": "on",
            "tags-rows": "1",
            "tag-0-name": "weather",
            "tag-0-options": "sun\nrain",
            "tag-0-choose": "many",
        },
    )
    assert member().post(url_of(project, "settings/labels/"), sent).status_code == 302
    project.refresh_from_db()
    document = project.schema_versions.get(number=project.schema_number).document
    assert document["labels"][0]["attributes"] == [
        {"name": "colour", "type": "choice", "options": ["red", "other"], "required": True}
    ]
    assert document["tags"] == [{"name": "weather", "options": ["sun", "rain"], "choose": "many", "required": False}]
    assert document["allow_nothing"] is True


def test_a_button_of_the_builder_draws_the_rows_anew_and_saves_nothing() -> None:
    project = projects.draft()
    answer = member().post(url_of(project, "settings/labels/"), rows(act="add-label"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="label-1-name"' in page and 'name="labels-rows" value="2"' in page
    without = member().post(url_of(project, "settings/labels/"), rows(act="remove-label:label-0")).content.decode()
    assert 'name="label-0-name"' not in without
    with_attribute = member().post(url_of(project, "settings/labels/"), rows(act="add-attribute:label-0"))
    assert 'name="label-0-attribute-0-name"' in with_attribute.content.decode()
    project.refresh_from_db()
    assert project.schema_number == 1


def test_wrong_labels_are_refused_at_the_row_that_is_wrong() -> None:
    project = projects.draft()
    answer = member().post(url_of(project, "settings/labels/"), rows(act="save", **{"label-0-name": ""}))
    assert answer.status_code == 422
    assert "must have 1 to 80 characters" in answer.content.decode()


def test_a_written_document_is_taken_over_into_the_rows() -> None:
    project = projects.draft()
    document = {"labels": [{"name": "leaf", "kinds": ["polygon"]}], "allow_nothing": True}
    sent = rows(act="read-document", document=json.dumps(document))
    assert 'value="leaf"' in member().post(url_of(project, "settings/labels/"), sent).content.decode()
    broken = member().post(url_of(project, "settings/labels/"), rows(act="read-document", document="{"))
    assert "cannot be read as JSON" in broken.content.decode()


@pytest.mark.parametrize(
    "document", ['{"labels": 3}', '{"labels": [7], "tags": "x"}', '{"labels": [{"kinds": 4, "edges": [1]}]}', "[]"]
)
def test_a_written_document_of_any_shape_is_answered_with_a_page(document: str) -> None:
    project = projects.draft()
    sent = rows(act="read-document", document=document)
    assert member().post(url_of(project, "settings/labels/"), sent).status_code == 200


def test_the_view_of_a_worker_has_a_picture_before_the_first_upload() -> None:
    page = member().get(url_of(projects.draft(), "settings/labels/")).content.decode()
    assert 'data-mode="preview"' in page and "/i/tutorial/" in page
    assert "/i/client/" in member().get(url_of(work.open_project(), "settings/labels/")).content.decode()


# --- Guideline -------------------------------------------------------------------------------------------------------


def test_a_guideline_is_shown_before_it_is_published() -> None:
    project = projects.draft()
    path = url_of(project, "settings/guideline/")
    text = "# Small cars\n\nLeave them out. <script>alert(1)</script>"
    preview = member().post(path, {"markdown": text, "act": "preview"})
    assert preview.status_code == 200
    assert '<section id="c1"><h2>Small cars</h2>' in preview.content.decode()
    assert "<script>alert" not in preview.content.decode()
    project.refresh_from_db()
    assert project.guideline_number == 1
    published = member().post(path, {"markdown": text, "act": "save"}, follow=True)
    assert "Version 2 is in force" in published.content.decode()
    same = member().post(path, {"markdown": text, "act": "save"}, follow=True)
    assert "version 2 stays in force" in same.content.decode()
    assert member().post(path, {"markdown": " ", "act": "save"}).status_code == 422


def test_an_example_is_added_and_taken_away() -> None:
    project = projects.draft()
    path = url_of(project, "settings/guideline/examples/")
    sent = {"kind": "good", "caption": "Up to the border.", "clause": "c1"}
    answer = member().post(path, sent | {"image": SimpleUploadedFile("good.png", pictures.png(1))})
    assert answer.status_code == 302
    example = GuidelineExample.objects.get(project=project)
    assert "Up to the border." in member().get(url_of(project, "settings/guideline/")).content.decode()
    bad = member().post(path, sent | {"image": SimpleUploadedFile("bad.png", b"no picture")})
    assert bad.status_code == 422
    removal = f"{path}{example.pk}/remove/"
    assert browser(people.outsider()).post(removal).status_code == 404
    assert member().post(removal).status_code == 302
    assert not GuidelineExample.objects.filter(project=project).exists()
    assert member().post(removal).status_code == 404


# --- Price -----------------------------------------------------------------------------------------------------------

PRICE = {"seconds": "7", "base": "0.006", "rate": "", "max_objects": "", "overlap": "2", "budget": "25"}


def test_a_price_is_explained_while_it_is_typed() -> None:
    project = projects.draft()
    projects.quick_images(project, 10)
    page = text_of(member().post(url_of(project, "settings/price/"), PRICE | {"act": "preview"}))
    # 7 s x $3.00 / 3,600 s = $0.0058333…, rounded up to whole micros.
    assert "7 s × <span" in page and "$0.005834" in page
    # 10 images x 2 answers at $0.006; at most $0.0075 each with the highest tier's 25 %.
    assert "10 × 2 = 20" in page and "$0.12<" in page and "$0.15<" in page
    # $25 / $0.0075
    assert "3,333" in page
    project.refresh_from_db()
    assert project.overlap == 1


def test_a_price_is_saved_and_one_below_the_floor_is_refused_with_its_arithmetic() -> None:
    project = projects.draft()
    path = url_of(project, "settings/price/")
    assert member().post(path, PRICE | {"act": "save"}).status_code == 302
    project.refresh_from_db()
    assert (project.overlap, project.budget_micros, project.estimated_milliseconds) == (2, 25_000_000, 7_000)
    low = member().post(path, PRICE | {"act": "save", "base": "0.005"})
    assert low.status_code == 422
    assert "A task may not pay less than $0.005834" in low.content.decode()
    words = member().post(path, PRICE | {"act": "save", "base": "a lot"})
    assert words.status_code == 422 and "Write an amount of US dollars" in words.content.decode()


# --- Images ----------------------------------------------------------------------------------------------------------


def test_images_arrive_without_a_script_and_each_refused_one_is_named() -> None:
    project = projects.draft()
    files = [
        SimpleUploadedFile("one.png", pictures.png(1)),
        SimpleUploadedFile("notes.txt", b"not an image at all"),
        SimpleUploadedFile("more.zip", pictures.zip_of({"two.png": pictures.png(2)}).read()),
    ]
    page = text_of(member().post(url_of(project, "images/"), {"files": files}))
    assert "2 images arrived." in page
    assert "notes.txt" in page
    assert Image.objects.filter(project=project, state="waiting").count() == 2
    nothing = member().post(url_of(project, "images/"), follow=True)
    assert "No file came with the form" in nothing.content.decode()


def test_images_are_listed_by_state_and_name_with_addresses_for_this_client_alone(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    project = projects.draft()
    images = projects.images(project, 2)
    at_browser = member()
    with django_assert_max_num_queries(8):
        page = at_browser.get(url_of(project, "images/?state=ready"))
    address = page.context["rows"][0].thumbnail.url
    assert at_browser.get(address).status_code == 200
    assert browser(people.outsider()).get(address).status_code == 404
    assert images[0].file_name in page.content.decode()
    assert "No image fits" in at_browser.get(url_of(project, "images/?name=elephant")).content.decode()


# --- Gold and tasks --------------------------------------------------------------------------------------------------


def test_a_task_is_chosen_marked_in_the_workbench_and_listed_as_gold() -> None:
    project = projects.ready(image_count=2)
    plan_tasks(project.pk)
    task = Task.objects.filter(project=project).earliest("pk")
    assert f"/gold/t_{task.pk}/" in member().get(url_of(project, "gold/")).content.decode()
    island = member().get(url_of(project, f"gold/t_{task.pk}/")).content.decode()
    assert 'data-mode="gold"' in island and f'data-task="t_{task.pk}"' in island
    plant_gold(people.client().person, project.pk, task.pk, [work.BOX])
    marked = text_of(member().get(url_of(project, "gold/?show=gold")))
    assert "not answered yet" in marked and marked.count('class="gallery-name') == 0
    assert browser(people.outsider()).get(url_of(project, f"gold/t_{task.pk}/")).status_code == 404
    other = projects.ready(image_count=1)
    assert member().get(url_of(other, f"gold/t_{task.pk}/")).status_code == 404


def test_tasks_are_listed_with_pseudonyms_and_filtered(django_assert_max_num_queries: Any) -> None:
    project = work.open_project(image_count=3)
    worker = work.reader(project)
    work.submitted(worker, project)
    work.leased(worker, project)
    at_browser = member()
    with django_assert_max_num_queries(16):
        page = at_browser.get(url_of(project, "tasks/")).content.decode()
    assert page.count("<tr>") == 4 and page.count("worker-") == 2
    assert worker.email not in page and str(worker.pk) not in page
    for state, number in (("open", 1), ("taken", 1), ("answered", 2), ("held", 0)):
        found = at_browser.get(url_of(project, f"tasks/?state={state}"))
        assert len(found.context["rows"]) == number, state
    assert "No task fits" in at_browser.get(url_of(project, "tasks/?name=elephant")).content.decode()


# --- Money -----------------------------------------------------------------------------------------------------------


def test_the_money_page_tells_what_is_free_what_lies_where_and_how_to_add(django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        work.open_project(image_count=2)
    at_browser = member()
    with django_assert_max_num_queries(10):
        page = text_of(at_browser.get("/deposits/"))
    assert encode("o", people.client().organisation.pk) in page
    # Three deposits of $1,000; each project holds 2 slots at $0.006 x 1.25 = $0.015.
    assert "$2,999.955" in page
    assert page.count("$0.015<") == 3
    assert "$2,999.955" not in browser(people.outsider()).get("/deposits/").content.decode()


def test_the_builder_sets_up_skeletons_languages_defaults_and_questions_of_the_image() -> None:
    project = projects.draft()
    sent = rows(
        act="skeleton:label-0:person",
        **{"label-0-kinds": ["skeleton"], "label-0-keypoints": "", "label-0-edges": ""},
    )
    page = member().post(url_of(project, "settings/labels/"), sent).content.decode()
    assert "left shoulder\nright shoulder" in page and "left eye - right eye" in page
    sent = rows(
        act="save",
        **{
            "label-0-kinds": ["box", "text"],
            "label-0-languages": "ar, en",
            "label-0-direction": "rtl",
            "label-0-attributes-rows": "1",
            "label-0-attribute-0-name": "seen",
            "label-0-attribute-0-type": "multiple",
            "label-0-attribute-0-options": "left\r\nright",
            "label-0-attribute-0-default": "left",
            "attributes-rows": "2",
            "attribute-0-name": "people",
            "attribute-0-type": "number",
            "attribute-0-default": "2,5",
            "attribute-1-name": "blurred",
            "attribute-1-type": "boolean",
            "attribute-1-default": "no",
        },
    )
    answer = member().post(url_of(project, "settings/labels/"), sent)
    assert answer.status_code == 302, answer.content.decode()
    project.refresh_from_db()
    schema = project.schema_versions.get(number=project.schema_number).document
    [label] = schema["labels"]
    assert (label["languages"], label["direction"]) == (["ar", "en"], "rtl")
    [seen] = label["attributes"]
    assert (seen["type"], seen["options"], seen["default"]) == ("multiple", ["left", "right"], ["left"])
    assert [(one["name"], one["default"]) for one in schema["attributes"]] == [("people", 2.5), ("blurred", False)]


def test_the_builder_names_the_field_of_a_question_that_is_wrong() -> None:
    sent = rows(
        act="preview",
        **{
            "attributes-rows": "1",
            "attribute-0-name": "people",
            "attribute-0-type": "number",
            "attribute-0-default": "many",
        },
    )
    page = member().post(url_of(projects.draft(), "settings/labels/"), sent).content.decode()
    assert "default must be a number" in page
