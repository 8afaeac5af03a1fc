import uuid

import pytest

from tagwork.kit.errors import NotFound
from tagwork.people import queries
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_people_are_found_by_a_part_of_address_or_name_and_by_role() -> None:
    worker, moderator, client = people.worker(), people.moderator(), people.client().person
    assert list(queries.search_people("WORKER1")) == [worker]
    assert list(queries.search_people("mod 1")) == [moderator]
    assert list(queries.search_people(role="client")) == [client]
    assert list(queries.search_people(role="moderator")) == [moderator]
    assert {one.pk for one in queries.search_people()} == {worker.pk, moderator.pk, client.pk}
    assert queries.search_people(role="emperor").count() == 3


def test_a_person_is_read_with_what_pages_ask_of_them() -> None:
    found = queries.person_by_id(people.client().person.pk)
    assert found.is_client and not found.has_second_factor
    with pytest.raises(NotFound):
        queries.person_by_id(uuid.uuid4())


def test_addresses_and_organisations_are_listed() -> None:
    worker, organisation = people.worker(), people.client().organisation
    assert queries.addresses_of([worker.pk, uuid.uuid4()]) == {worker.pk: worker.email}
    assert list(queries.all_organisations()) == [organisation]
