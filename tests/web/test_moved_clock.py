"""A demo moves the house's time, and whoever counts by its answers counts right."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.test import Client

from tagwork.kit import clock
from tagwork.people.operations.create_token import create_token
from tests.builders import people

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=72)


def test_every_answer_carries_the_moved_time(client: Client) -> None:
    bearer = {"Authorization": "Bearer " + create_token(people.worker(), "script")[1]}
    clock.advance(HOURS)
    for answer in (client.get("/"), client.get("/api/v1/me"), client.get("/api/v1/me", headers=bearer)):
        moved = parsedate_to_datetime(answer["Date"]) - datetime.now(UTC)
        assert abs(moved - HOURS) < timedelta(minutes=1)


def test_where_nothing_was_moved_the_web_server_tells_the_time(client: Client) -> None:
    assert "Date" not in client.get("/").headers
