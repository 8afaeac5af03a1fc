import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock, rows
from tagwork.kit.models import IdempotencyKey, LockRow, OutboxEvent
from tagwork.kit.rows import ask, change, columns, fetch, insert, insert_new, update_each
from tagwork.people.models import Person
from tests.builders import people

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


def test_it_reads_what_django_reads():
    worker = people.worker()
    [(read,)] = fetch(f"SELECT {columns(Person, 'p')} FROM people_person p WHERE p.id = %s", [worker.pk], Person)
    known = Person.objects.get(pk=worker.pk)
    names = [field.attname for field in Person._meta.concrete_fields]
    assert {name: getattr(read, name) for name in names} == {name: getattr(known, name) for name in names}
    assert read == known and not read._state.adding and read._state.db == known._state.db
    read.display_name = "Ana Maria"
    read.save(update_fields=["display_name"])
    assert Person.objects.get(pk=worker.pk).display_name == "Ana Maria"


def test_it_writes_what_django_writes():
    moment = clock.now()
    values = {"aggregate": "a:1", "payload": {"é": [1, None]}, "created_at": moment, "due_at": moment}
    insert([OutboxEvent(topic="written", **values)])
    OutboxEvent.objects.create(topic="saved", **values)
    with connection.cursor() as cursor:  # as they lie in the table, not as Django reads them
        cursor.execute("SELECT * FROM kit_outboxevent ORDER BY topic")
        saved, written = cursor.fetchall()
    same = slice(2, None)  # without the id and the topic
    assert written[same] == saved[same]


def test_one_who_watches_the_statements_sees_the_same_rows():
    insert([LockRow(name=name) for name in "ab"])
    sql = "SELECT name FROM kit_lockrow WHERE name <> %s ORDER BY name"
    with CaptureQueriesContext(connection) as queries:
        watched = ask(sql, ["c"])
    assert watched == ask(sql, ["c"]) == [("a",), ("b",)] and len(queries) == 1


def test_a_broken_rule_is_djangos_error():
    insert([LockRow(name="a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([LockRow(name="a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        change("UPDATE kit_lockrow SET name = NULL WHERE name = %s", ["a"])
