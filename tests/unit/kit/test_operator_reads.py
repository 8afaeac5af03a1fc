"""What an operator reads of the house: the audit log, settings' history, deliveries, disk."""

from datetime import timedelta

import pytest

from tagwork.kit import audit, clock, outbox, settings, storage
from tagwork.kit.models import AuditEntry, OutboxEvent

pytestmark = pytest.mark.django_db


def test_entries_are_found_by_actor_action_and_subject_newest_first() -> None:
    audit.record("ann", "withdrawal.held", "withdrawal:1")
    audit.record("bob", "withdrawal.signed", "withdrawal:1")
    audit.record("bob", "restrict.ban", "worker:2")
    assert [one.action for one in audit.entries()] == ["restrict.ban", "withdrawal.signed", "withdrawal.held"]
    assert [one.action for one in audit.entries(actor="bob", action="withdrawal.")] == ["withdrawal.signed"]
    assert [one.action for one in audit.entries(subject="worker:")] == ["restrict.ban"]
    assert audit.actors() == ["ann", "bob"]


def test_a_changed_setting_has_its_history_and_its_audit_entry() -> None:
    assert settings.history("demo.clock_shift_seconds") == []
    settings.change("demo.clock_shift_seconds", 60, by="ann")
    settings.change("demo.clock_shift_seconds", 120, by="bob")
    assert [row.value for row in settings.history("demo.clock_shift_seconds")] == [120, 60]
    assert settings.changed() == {"demo.clock_shift_seconds"}
    entries = AuditEntry.objects.filter(action="setting.changed").order_by("created_at")
    assert [(one.actor, one.subject, one.detail["value"]) for one in entries] == [
        ("ann", "setting:demo.clock_shift_seconds", 60),
        ("bob", "setting:demo.clock_shift_seconds", 120),
    ]


def test_a_refused_value_leaves_no_trace() -> None:
    with pytest.raises(settings.BadSetting):
        settings.change("demo.clock_shift_seconds", -1, by="ann")
    assert not AuditEntry.objects.exists() and settings.changed() == set()


def test_the_backlog_counts_what_waits_and_what_failed() -> None:
    assert outbox.backlog() == outbox.Backlog(0, 0, None)
    outbox.publish("test.topic", "thing:1")
    outbox.publish("test.topic", "thing:2", delay_seconds=3600)
    OutboxEvent.objects.filter(aggregate="thing:2").update(attempts=2)
    found = outbox.backlog()
    assert (found.waiting, found.failing) == (2, 1)
    assert found.oldest_at is not None and clock.now() - found.oldest_at < timedelta(minutes=1)


def test_the_disk_has_room_within_its_size() -> None:
    storage.local_files().put(b"a file, so that the folder is there")
    space = storage.disk_space()
    assert 0 < space.free_bytes <= space.total_bytes
