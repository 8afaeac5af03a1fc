"""`tagwork serve`: the web server. Any number of these, each with a port of its own, may run on one database."""

import argparse
import os

from tagwork.jobs.setup import collect_pages_files, refuse_taken_port, refuse_unready_database, start_django

SUMMARY = "serve the pages and the API"


def _from_environment(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"tagwork serve: {name} is {text!r}; use a whole number >= 1")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("TAGWORK_HOST", "127.0.0.1"), help="default: TAGWORK_HOST")
    parser.add_argument("--port", type=int, default=None, help="default: PORT, else 8000")


def run(arguments: argparse.Namespace) -> int:
    port = arguments.port or _from_environment("PORT", 8000)
    workers = _from_environment("TAGWORK_WORKERS", min(4, os.cpu_count() or 1))
    # Each thread keeps one database connection: workers x threads must stay below what PostgreSQL or PgBouncer allows.
    threads = _from_environment("TAGWORK_THREADS", 4)
    start_django()
    if refuse_taken_port(arguments.host, port) or refuse_unready_database():
        return 1
    collect_pages_files()

    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tagwork.config.wsgi:application",
        address=arguments.host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        # Longer than a quiet night: an idle thread that ends takes its database connection with it.
        blocking_threads_idle_timeout=600,
        # A crashed worker comes back; the lease and the idempotency key make the lost request safe to repeat.
        respawn_failed_workers=True,
        workers_kill_timeout=30,
    ).serve()
    return 0
