"""Several callers at the same moment, each with its own database connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")


def at_once(call: Callable[[int], Answer], callers: int = 2) -> list[Answer]:
    """What `call(0)`, `call(1)`, … return, all begun together; the first exception is raised.

    The test needs `django_db(transaction=True)`: in a test that is itself a transaction others see nothing.
    """
    gate = threading.Barrier(callers)

    def run(number: int) -> Answer:
        try:
            connection.ensure_connection()
            gate.wait(timeout=120)
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(run, range(callers)))
