import pytest
from django.core import mail

from tagwork.kit import outbox
from tagwork.kit.models import OutboxEvent
from tagwork.notices.models import Notice
from tagwork.notices.operations.mark_read import mark_all_read
from tagwork.notices.operations.notify import notify
from tagwork.notices.queries import has_unread, notices_of
from tagwork.people.operations.invite_member import invite_member
from tagwork.people.operations.withdraw_invitation import withdraw_invitation
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_the_same_event_is_told_once() -> None:
    person = people.worker()
    assert notify(person.pk, kind="verdict", text="Approved.", event_key="s_1", link="/earnings/")
    assert not notify(person.pk, kind="verdict", text="Approved.", event_key="s_1", link="/earnings/")
    assert notify(people.second_worker().pk, kind="verdict", text="Approved.", event_key="s_1")
    assert Notice.objects.count() == 2


def test_a_notice_never_leads_off_the_site() -> None:
    for link in ("https://evil.example", "//evil.example"):
        with pytest.raises(AssertionError):
            notify(people.worker().pk, kind="x", text="x", event_key="x", link=link)


def test_reading_is_for_the_reader_alone() -> None:
    one, other = people.worker(), people.second_worker()
    for person in (one, other):
        notify(person.pk, kind="x", text="x", event_key="1")
    assert mark_all_read(one) == 1
    assert not has_unread(one)
    assert has_unread(other)
    assert notices_of(one).count() == 1


def test_an_invitation_becomes_a_letter_and_for_an_account_a_notice() -> None:
    client, worker = people.client(), people.worker()
    invite_member(client.organisation, worker.email, by=client.person)
    invite_member(client.organisation, "nobody@example.test", by=client.person)
    while outbox.deliver():
        pass
    assert {letter.to[0] for letter in mail.outbox} == {worker.email, "nobody@example.test"}
    assert mail.outbox[0].subject == "Example Maps invites you to Tagwork"
    assert [notice.link for notice in notices_of(worker)] == ["/organisations/"]


def test_a_withdrawn_invitation_writes_to_nobody() -> None:
    client = people.client()
    invitation = invite_member(client.organisation, "nobody@example.test", by=client.person)
    withdraw_invitation(client.organisation, invitation.pk, by=client.person)
    while outbox.deliver():
        pass
    assert mail.outbox == []
    assert not OutboxEvent.objects.filter(done_at=None).exists()
