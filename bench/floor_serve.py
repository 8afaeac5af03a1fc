"""The floor under the same server as the site: as many workers and threads."""

import os

from granian import Granian
from granian.constants import Interfaces

from bench.rig import THREADS, WORKERS

if __name__ == "__main__":
    Granian(
        "bench.floor:application",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        websockets=False,
        workers=WORKERS,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
    ).serve()
