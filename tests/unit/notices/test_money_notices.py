from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import EmailMessage
from django.db import connection
from pytest_django import Settings

from tagwork.kit import clock, outbox
from tagwork.notices.models import Notice
from tagwork.payouts.models import Freeze
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.freeze import freeze, lift_freeze
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.rules import CHAIN_WENT_BACK
from tagwork.people.operations.send_mail_code import send_mail_code
from tagwork.quality.operations.moderate import moderate
from tests.builders import people, work
from tests.builders.background import run_background
from tests.unit.payouts.conftest import approved

pytestmark = pytest.mark.django_db

LITECOIN_ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
OTHER_ADDRESS = "3CDJNfdWX8m2NwuGUV3nhXHXEeLygMXoAj"


def test_a_new_destination_is_told_by_notice_and_letter_once() -> None:
    ana = people.worker()
    add_destination(ana, "ltc", LITECOIN_ADDRESS)
    add_destination(ana, "ltc", LITECOIN_ADDRESS)
    run_background()
    [notice] = Notice.objects.filter(person=ana, kind="destination")
    assert LITECOIN_ADDRESS in notice.text
    [letter] = mail.outbox
    assert letter.to == [ana.email] and LITECOIN_ADDRESS in letter.body


def test_a_withdrawal_that_is_held_is_told() -> None:
    project = work.open_project(2, price={"base_micros": 400_000, "object_micros": 0, "max_objects": 0})
    ana = work.reader(project)
    for _ in range(2):
        moderate(people.moderator(), work.submitted(ana, project).pk, "approved")
    add_destination(ana, "ltc", LITECOIN_ADDRESS)
    clock.advance(timedelta(minutes=1))
    second = add_destination(ana, "ltc", OTHER_ADDRESS)  # newer than the first: it waits
    request_withdrawal(ana, second.id, 500_000, "k")
    run_background()
    [notice] = Notice.objects.filter(person=ana, kind="withdrawal")
    assert "held" in notice.text and notice.link.startswith("/withdrawals/w_")


def test_every_operator_is_told_of_a_freeze_once_and_nobody_of_one_that_was_lifted() -> None:
    operators, ana = [people.operator(), people.second_operator()], people.worker()
    freeze("ltc", CHAIN_WENT_BACK, "block ab is gone")
    freeze("ltc", CHAIN_WENT_BACK, "and again")
    run_background()
    assert [letter.to for letter in mail.outbox] == [[one.email] for one in operators]
    assert mail.outbox[0].subject == "Payouts by Litecoin are frozen"
    assert "block ab is gone" in mail.outbox[0].body and "The node lost blocks" in mail.outbox[0].body
    assert {notice.link for notice in Notice.objects.filter(kind="payouts")} == {"/operator/payouts/"}
    assert not Notice.objects.filter(person=ana).exists()
    freeze("bch", CHAIN_WENT_BACK, "a short one")
    lift_freeze(operators[0], Freeze.objects.get(method="bch").id, "a test")
    run_background()
    assert len(mail.outbox) == 2


class RefusesOne(EmailBackend):
    """A mail server that knows no operator1."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            if "operator1@example.test" in message.to:
                raise SMTPRecipientsRefused({"operator1@example.test": (550, b"unknown")})
        return super().send_messages(messages)


def test_an_address_that_is_refused_keeps_nobody_else_s_letter_back_and_nobody_gets_a_second_one(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusesOne"
    operators = people.operator(), people.second_operator()
    freeze("ltc", CHAIN_WENT_BACK, "block ab is gone")
    for _ in range(4):
        while outbox.deliver():
            pass
        clock.advance(timedelta(hours=2))
    assert [letter.to for letter in mail.outbox] == [[operators[1].email]]
    assert Notice.objects.filter(kind="payouts").count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    while outbox.deliver():
        pass
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(one.email for one in operators)


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_out_while_no_transaction_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    send = EmailBackend.send_messages

    def watched(backend: EmailBackend, messages: list[EmailMessage]) -> int:
        seen.append(connection.in_atomic_block)
        return int(send(backend, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", watched)
    people.operator()
    freeze("ltc", CHAIN_WENT_BACK, "block ab is gone")
    send_mail_code(people.worker())
    run_background()
    assert seen == [False, False]


def test_held_once_more_is_told_once_more() -> None:
    ana, operator = people.worker(), people.operator()
    withdrawal = approved(ana)
    for _ in range(2):
        hold_withdrawal(operator, withdrawal.id, "a look")
        hold_withdrawal(operator, withdrawal.id, "a look")
        while outbox.deliver():
            pass
        release_held(operator, withdrawal.id, "fine")
    assert Notice.objects.filter(person=ana, kind="withdrawal").count() == 2
