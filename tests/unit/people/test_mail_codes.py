from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.models import OutboxEvent
from tagwork.people import codes
from tagwork.people.errors import TooManyCodes, WrongCode
from tagwork.people.models import ApiToken, MailCode
from tagwork.people.operations.create_token import create_token
from tagwork.people.operations.lock_out import lock_out
from tagwork.people.operations.send_mail_code import send_mail_code
from tagwork.people.operations.use_mail_code import use_mail_code
from tagwork.people.queries import live_code
from tests.builders import people

pytestmark = pytest.mark.django_db


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    at = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: at)


def wrong(number: str) -> str:
    return f"{(int(number) + 1) % 10**8:08d}"


def test_the_number_of_the_letter_is_accepted_once_however_it_is_grouped() -> None:
    person = people.worker()
    code = send_mail_code(person)
    number = codes.number_of(code.id)
    assert len(number) == 8 and number.isdecimal()
    use_mail_code(person, f" {number[:4]}-{number[4:]} ")
    with pytest.raises(WrongCode):
        use_mail_code(person, number)


def test_the_number_stands_in_no_table() -> None:
    code = send_mail_code(people.worker())
    number = codes.number_of(code.id)
    assert number not in repr(list(MailCode.objects.values())) + repr(list(OutboxEvent.objects.values()))


def test_a_stranger_with_the_same_number_is_refused() -> None:
    code = send_mail_code(people.worker())
    with pytest.raises(WrongCode):
        use_mail_code(people.second_worker(), codes.number_of(code.id))


def test_after_five_wrong_tries_the_right_one_is_refused_too() -> None:
    person = people.worker()
    number = codes.number_of(send_mail_code(person).id)
    for _ in range(5):
        with pytest.raises(WrongCode):
            use_mail_code(person, wrong(number))
    with pytest.raises(WrongCode):
        use_mail_code(person, number)


def test_a_code_ends_after_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.worker()
    code = send_mail_code(person)
    assert live_code(code.id) is not None
    later(monkeypatch, timedelta(minutes=15, seconds=1))
    assert live_code(code.id) is None
    with pytest.raises(WrongCode):
        use_mail_code(person, codes.number_of(code.id))


def test_only_the_newest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.worker()
    first = send_mail_code(person)
    later(monkeypatch, timedelta(seconds=61))
    second = send_mail_code(person)
    assert live_code(first.id) is None
    with pytest.raises(WrongCode):
        use_mail_code(person, codes.number_of(first.id))
    use_mail_code(person, codes.number_of(second.id))


def test_letters_are_a_minute_apart_and_five_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.worker()
    send_mail_code(person)
    with pytest.raises(TooManyCodes) as refusal:
        send_mail_code(person)
    assert 30 <= refusal.value.extra["retry_after_seconds"] <= 61
    for _ in range(4):
        later(monkeypatch, timedelta(seconds=61))
        send_mail_code(person)
    later(monkeypatch, timedelta(seconds=61))
    with pytest.raises(TooManyCodes):
        send_mail_code(person)
    later(monkeypatch, timedelta(hours=1))
    send_mail_code(person)


def test_a_person_who_is_locked_out_keeps_neither_password_nor_token() -> None:
    person = people.worker()
    _token, _text = create_token(person, "script")
    lock_out(person)
    lock_out(person)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert not ApiToken.objects.filter(person=person, revoked_at=None).exists()
