"""The history and the receipt: own answer, what was expected, the verdict, the pay, the appeal."""

import pytest
from django.test import Client
from django.urls import reverse

from tagwork.kit.ids import encode
from tagwork.quality.models import Appeal
from tagwork.quality.operations.moderate import Corrected, moderate
from tests.builders import people, work
from tests.web.worker.conftest import Story, queries_of, reject

pytestmark = pytest.mark.django_db


def test_a_line_names_project_rate_verdict_and_pay(page: Client, story: Story) -> None:
    text = page.get("/work/submissions/").content.decode()
    assert text.count(story.project.name) >= 3
    for part in ("$0.40", "Being checked", "Approved", "by a moderator", "A shape does not fit its object", "$0.00"):
        assert part in text, part


def test_filters_live_in_the_address(page: Client, story: Story) -> None:
    text = page.get("/work/submissions/?state=rejected").content.decode()
    assert reverse("receipt", args=[story.rejected.pk]) in text
    assert reverse("receipt", args=[story.approved.pk]) not in text
    other = work.open_project(1)
    elsewhere = work.submitted(work.reader(other), other)
    text = page.get(f"/work/submissions/?project={encode('pr', other.pk)}").content.decode()
    assert reverse("receipt", args=[elsewhere.pk]) in text
    assert reverse("receipt", args=[story.rejected.pk]) not in text
    filtered = f"/work/submissions/?state=rejected&project={encode('pr', other.pk)}"
    assert "Nothing fits" in page.get(filtered).content.decode()


def test_older_answers_are_on_the_next_page(page: Client, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagwork.web.worker.receipts.PAGE", 2)
    first = page.get("/work/submissions/").content.decode()
    assert reverse("receipt", args=[story.pending.pk]) not in first
    after = encode("s", story.approved.pk)
    assert f"?after={after}" in first
    second = page.get(f"/work/submissions/?after={after}").content.decode()
    assert reverse("receipt", args=[story.pending.pk]) in second


def test_the_number_of_queries_does_not_grow_with_the_answers(page: Client, story: Story) -> None:
    before = queries_of(page, "/work/submissions/")
    for _ in range(4):
        reject(work.submitted(story.worker, story.project))
    assert queries_of(page, "/work/submissions/") == before <= 9


def test_a_rejection_names_reason_clause_note_and_the_way_to_appeal(page: Client, story: Story) -> None:
    text = page.get(reverse("receipt", args=[story.rejected.pk])).content.decode()
    for part in ("A shape does not fit its object", "Mark every car", "leaves out the bumper", "30 × 20 px at 10, 10"):
        assert part in text, part
    assert f'data-submission="{encode("s", story.rejected.pk)}"' in text
    assert 'action="/reports/appeal/"' in text


def test_a_pending_receipt_says_when_it_is_approved_by_itself_and_offers_no_appeal(page: Client, story: Story) -> None:
    text = page.get(reverse("receipt", args=[story.pending.pk])).content.decode()
    assert "approved by itself" in text and "/reports/appeal/" not in text


def test_an_appeal_is_filed_by_a_plain_form_and_shown_with_its_due_time(page: Client, story: Story) -> None:
    body = {"kind": "submission", "decision": str(story.rejected.pk), "text": "The bumper is inside the box."}
    answer = page.post("/reports/appeal/", body, follow=True)
    appeal = Appeal.objects.get()
    assert appeal.decision_id == story.rejected.pk and appeal.person == story.worker
    assert f"{appeal.due_at:%Y-%m-%dT%H:%M:%SZ}" in answer.content.decode()
    text = page.get(reverse("receipt", args=[story.rejected.pk])).content.decode()
    assert "it counts as won" in text and 'action="/reports/appeal/"' not in text


def test_a_correction_is_named_and_comments_are_told_in_words(page: Client, story: Story) -> None:
    fixed = Corrected([work.BOX | {"box": [1, 2, 7, 8]}])
    pins = [{"mark": {"point": [5, 6]}, "text": "Too wide <here>."}]
    moderate(people.second_moderator(), story.pending.pk, "approved", comments=pins, corrected=fixed)
    text = page.get(reverse("receipt", args=[story.pending.pk])).content.decode()
    assert "A moderator corrected this answer for the dataset." in text
    assert "Your pay and your accuracy do not change." in text
    assert "Too wide &lt;here&gt;." in text
    assert "corrected" not in page.get(reverse("receipt", args=[story.approved.pk])).content.decode()
