from datetime import timedelta

import pytest
from django.core import mail

from tagwork.jobs.schedule import run_until_idle
from tagwork.kit import clock
from tagwork.notices.models import Notice
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.quality.operations.moderate import moderate
from tests.builders import people, work

pytestmark = pytest.mark.django_db

LITECOIN_ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
OTHER_ADDRESS = "3CDJNfdWX8m2NwuGUV3nhXHXEeLygMXoAj"


def test_a_new_destination_is_told_by_notice_and_letter_once() -> None:
    ana = people.worker()
    add_destination(ana, "ltc", LITECOIN_ADDRESS)
    add_destination(ana, "ltc", LITECOIN_ADDRESS)
    run_until_idle()
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
    run_until_idle()
    [notice] = Notice.objects.filter(person=ana, kind="withdrawal")
    assert "held" in notice.text and notice.link.startswith("/withdrawals/w_")
