import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock, rows
from tagwork.kit.models import IdempotencyKey, LockRow
from tagwork.kit.rows import insert_new, update_each

pytestmark = pytest.mark.django_db


def test_it_inserts_what_is_not_there_and_says_which():
    LockRow.objects.create(name="b", holder="first")
    assert insert_new([LockRow(name=name, holder="second") for name in "cab"], unique="name") == {"a", "c"}
    assert dict(LockRow.objects.values_list("name", "holder")) == {"a": "second", "b": "first", "c": "second"}


def test_it_takes_one_statement_and_none_for_nothing():
    with CaptureQueriesContext(connection) as queries:
        insert_new([LockRow(name=str(number)) for number in range(500)], unique="name")
        assert insert_new([], unique="name") == set()
        update_each(IdempotencyKey, "status = v.column2", [])
    assert len(queries) == 1


def test_it_splits_what_a_statement_cannot_carry(monkeypatch):
    monkeypatch.setattr(rows, "PARAMETERS_PER_STATEMENT", 10)
    with CaptureQueriesContext(connection) as queries:
        assert len(insert_new([LockRow(name=f"{number:02}") for number in range(7)], unique="name")) == 7
    assert len(queries) == 4  # four columns: two rows a statement


def stored(count: int) -> list[int]:
    moment = clock.now()
    keys = [
        IdempotencyKey(
            account="a", operation="o", key=str(n), request_hash=b"", status=n, answer=b"", created_at=moment
        )
        for n in range(count)
    ]
    return [key.pk for key in IdempotencyKey.objects.bulk_create(keys)]


def test_it_updates_each_row_with_numbers_of_its_own():
    ids = stored(3)
    with CaptureQueriesContext(connection) as queries:
        update_each(IdempotencyKey, "status = status + v.column2", [(ids[0], 100), (ids[2], 300)])
    assert len(queries) == 1
    assert list(IdempotencyKey.objects.order_by("pk").values_list("status", flat=True)) == [100, 1, 302]


def test_it_does_not_pass_over_a_row_that_is_not_there():
    with pytest.raises(AssertionError, match="0 of 1 rows"):
        update_each(IdempotencyKey, "status = v.column2", [(1, 1)])
