"""Images go to the account they were signed for, for that purpose, until their time is up, and to nobody else."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image as Picture

from tagwork.kit import clock
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.people.operations.create_token import create_token
from tagwork.projects import queries
from tagwork.projects.models import Image
from tagwork.tutorial import queries as tutorial_queries
from tests.builders import people, projects

pytestmark = pytest.mark.django_db


def source(image: Image, person: Person, purpose: Purpose = Purpose.LEASE, minutes: int = 10) -> str:
    expires_at = clock.now() + timedelta(minutes=minutes)
    shown = queries.image_json(image, account_id=str(person.pk), purpose=purpose, expires_at=expires_at)
    return str(next(one["url"] for one in shown["sources"] if one["type"] == "image/jpeg"))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def body(answer: Any) -> bytes:
    """Read to the end, as a browser does: closing a stream early would close the test's own database connection."""
    return b"".join(answer)


@pytest.fixture
def image() -> Image:
    return projects.images(projects.draft())[0]


def test_it_serves_the_picture_to_its_account(image: Image) -> None:
    worker = people.worker()
    answer = signed_in(worker).get(source(image, worker))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with Picture.open(io.BytesIO(body(answer))) as picture:
        assert (picture.size, picture.format) == ((64, 48), "JPEG")
        assert not picture.getexif()


def test_its_headers_keep_it_private_short_lived_and_inert(image: Image) -> None:
    worker = people.worker()
    answer = signed_in(worker).get(source(image, worker))
    directive, seconds, rest = answer["Cache-Control"].split(", ")
    assert (directive, rest) == ("private", "immutable")
    assert 590 <= int(seconds.removeprefix("max-age=")) <= 600
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "filename" not in answer["Content-Disposition"]
    assert body(answer)


def test_a_program_may_fetch_it_with_its_token(image: Image) -> None:
    worker = people.worker()
    _, text = create_token(worker, "script")
    answer = Client().get(source(image, worker), headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 200
    assert body(answer)
    assert Client().get(source(image, worker), headers={"Authorization": "Bearer tgw_wrong"}).status_code == 404


def test_it_refuses_a_stranger_and_who_is_not_signed_in(image: Image) -> None:
    url = source(image, people.worker())
    assert Client().get(url).status_code == 404
    for stranger in (people.second_worker(), people.outsider(), people.moderator(), people.operator()):
        answer = signed_in(stranger).get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


def test_it_refuses_another_purpose_another_size_and_a_changed_signature(image: Image) -> None:
    worker = people.worker()
    client = signed_in(worker)
    url = source(image, worker)
    path, signature = url.split("?s=")
    for wrong in (
        url.replace("/lease/", "/moderation/"),
        url.replace("/lease/", "/anything/"),
        url.replace("64.jpg", "64.avif"),
        url.replace("64.jpg", "65.jpg"),
        path,
        f"{path}?s={signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{path}?s=",
        source(image, people.second_worker()).split("?s=")[0] + "?s=" + signature,
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_it_is_gone_when_its_time_is_up(image: Image) -> None:
    worker = people.worker()
    url = source(image, worker)
    client = signed_in(worker)
    clock.advance(timedelta(minutes=10))
    assert client.get(url).status_code == 410


def test_it_only_reads(image: Image) -> None:
    worker = people.worker()
    assert signed_in(worker).post(source(image, worker)).status_code == 405


def test_tutorial_pictures_are_served_to_whom_they_were_signed_for() -> None:
    worker = people.worker()
    shown = tutorial_queries.lesson(worker, "classification")["items"][0]["images"][0]["sources"]
    answer = signed_in(worker).get(shown[0]["url"])
    assert answer.status_code == 200
    assert body(answer)
    assert signed_in(people.second_worker()).get(shown[0]["url"]).status_code == 404
