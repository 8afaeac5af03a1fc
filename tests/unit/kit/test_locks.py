import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tagwork.kit import clock
from tagwork.kit.locks import LockBusy, LockLost, kept_lock, lock, try_lock
from tagwork.kit.models import LockRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock_of_this_test():
    yield
    clock.reset()


def test_it_is_held_inside_the_block_only():
    with lock("ledger.chain", seconds=60):
        with pytest.raises(LockBusy), lock("ledger.chain", seconds=60):
            pass
        with try_lock("ledger.chain", seconds=60) as other:
            assert other is None
    with try_lock("ledger.chain", seconds=60) as next_one:
        assert next_one is not None


def test_its_number_grows_with_every_holder():
    numbers = []
    for _ in range(3):
        with lock("ledger.chain", seconds=60) as fence:
            numbers.append(fence.number)
    assert numbers == [1, 2, 3]


def test_two_names_do_not_meet():
    with lock("a", seconds=60), lock("b", seconds=60) as fence:
        assert fence.number == 1


def test_it_is_given_back_when_the_block_fails():
    with pytest.raises(ZeroDivisionError), lock("a", seconds=60):
        raise ZeroDivisionError
    with lock("a", seconds=60):
        pass


def test_it_can_be_taken_when_its_time_has_run_out_and_the_late_holder_is_fenced_off():
    with lock("a", seconds=60) as late:
        clock.advance(timedelta(seconds=30))
        with pytest.raises(LockBusy), lock("a", seconds=60):
            pass
        clock.advance(timedelta(seconds=30))
        with lock("a", seconds=60) as successor:
            assert successor.number == late.number + 1
            with pytest.raises(LockLost), transaction.atomic():
                late.confirm()
            with pytest.raises(LockLost):
                late.renew(60)
            with transaction.atomic():
                successor.confirm()


def test_a_late_holder_does_not_give_back_what_is_no_longer_its_own():
    late = try_lock("a", seconds=60)
    late.__enter__()
    clock.advance(timedelta(seconds=60))
    with lock("a", seconds=60):
        late.__exit__(None, None, None)
        with pytest.raises(LockBusy), lock("a", seconds=60):
            pass


def test_it_can_be_renewed():
    with lock("a", seconds=60) as fence:
        clock.advance(timedelta(seconds=50))
        fence.renew(60)
        clock.advance(timedelta(seconds=50))
        with pytest.raises(LockBusy), lock("a", seconds=60):
            pass


def test_an_expired_lock_that_nobody_took_still_counts():
    with lock("a", seconds=60) as fence:
        clock.advance(timedelta(seconds=61))
        with transaction.atomic():
            fence.confirm()


@pytest.mark.django_db(transaction=True)
def test_it_is_not_taken_inside_a_transaction():
    with pytest.raises(RuntimeError), transaction.atomic(), lock("a", seconds=60):
        pass
    assert not LockRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fence_is_confirmed_inside_a_transaction_only():
    with lock("a", seconds=60) as fence, pytest.raises(AssertionError):
        fence.confirm()


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_who_come_at_once_gets_it():
    together, everyone_tried = threading.Barrier(8), threading.Barrier(8)
    numbers: list[int] = []

    def come() -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            with try_lock("a", seconds=60) as fence:
                everyone_tried.wait(timeout=60)
                if fence is not None:
                    numbers.append(fence.number)
        finally:
            connection.close()

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert numbers == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time anyway")
def test_a_successor_waits_for_the_transaction_in_which_the_fence_was_confirmed():
    confirmed, taken = threading.Event(), threading.Event()
    order: list[str] = []

    def succeed() -> None:
        try:
            confirmed.wait(timeout=30)
            with lock("a", seconds=60):
                order.append("taken")
                taken.set()
        finally:
            connection.close()

    thread = threading.Thread(target=succeed)
    thread.start()
    with lock("a", seconds=60) as fence:
        with transaction.atomic():
            fence.confirm()
            clock.advance(timedelta(seconds=61))
            confirmed.set()
            assert not taken.wait(timeout=0.5)
            order.append("written")
        assert taken.wait(timeout=30)
        thread.join(timeout=30)
    assert order == ["written", "taken"]


@pytest.mark.django_db(transaction=True)
def test_a_kept_lock_outlives_its_lease_while_its_holder_lives():
    with kept_lock("a", lease_seconds=0.4) as fence:
        assert fence is not None
        first = LockRow.objects.get(name="a").expires_at
        wait_until(lambda: LockRow.objects.get(name="a").expires_at > first + timedelta(seconds=0.4))
        assert LockRow.objects.get(name="a").fence == fence.number
    with lock("a", seconds=60):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_kept_lock_that_somebody_took_over_is_not_renewed_any_more():
    with kept_lock("a", lease_seconds=0.2) as fence:
        LockRow.objects.filter(name="a").update(holder="another", expires_at=None)
        wait_until(lambda: not any(thread.name == "lease a" for thread in threading.enumerate()))
        with pytest.raises(LockLost), transaction.atomic():
            fence.confirm()
    assert LockRow.objects.get(name="a").holder == "another"


def wait_until(holds):
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.02)
