"""`tagwork demo`: a running site with photographs, people and history; and what scripts ask of it."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from tagwork.jobs.setup import refuse_taken_port, start_django

SUMMARY = "run a demo; list its accounts; add load; move its clock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    accounts = actions.add_parser("accounts", help="print the stock accounts")
    accounts.add_argument("--json", action="store_true", help="print JSON only")
    load = actions.add_parser("load", help="add ready workers and one project of choice tasks")
    load.add_argument("--workers", type=int, default=64)
    load.add_argument("--tasks", type=int, default=20_000)
    load.add_argument("--json", action="store_true", help="print JSON only")
    clock = actions.add_parser("clock", help="move the demo's clock on, so that 72 hours can be tried in a minute")
    clock.add_argument("--advance-hours", type=float, required=True)
    clock.add_argument("--json", action="store_true", help="print JSON only")


def run(arguments: argparse.Namespace) -> int:
    environment = os.environ.setdefault("TAGWORK_ENV", "demo")
    if environment != "demo":
        print(f"tagwork demo: TAGWORK_ENV is {environment}; a demo runs in an environment of its own", file=sys.stderr)
        return 2
    if arguments.action == "accounts":
        return _accounts(arguments.json)
    if arguments.action == "load":
        return _load(arguments)
    if arguments.action == "clock":
        return _advance(arguments)
    return _serve()


def _tell(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


def _accounts(as_json: bool) -> int:
    start_django()
    from tagwork.jobs.demo.people import accounts_file, read_accounts

    if not accounts_file().exists():
        print(f"tagwork demo: {accounts_file()} is missing; run `make demo` first", file=sys.stderr)
        return 1
    accounts = read_accounts()
    if as_json:
        print(json.dumps(accounts))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("role", "e-mail", "password", "ready")
    for one in accounts:
        table.add_row(str(one["role"]), str(one["email"]), str(one["password"]), "yes" if one["ready"] else "")
    Console().print(table)
    return 0


def _load(arguments: argparse.Namespace) -> int:
    start_django()
    from tagwork.jobs.demo.load import load

    if arguments.workers < 1 or arguments.tasks < 1:
        print("tagwork demo load: use at least one worker and one task", file=sys.stderr)
        return 2
    _tell(f"adding {arguments.workers} workers and {arguments.tasks} tasks")
    made = load(arguments.workers, arguments.tasks)
    print(json.dumps(made) if arguments.json else f"project {made['project_id']}, {len(made['workers'])} workers")
    return 0


def _advance(arguments: argparse.Namespace) -> int:
    start_django()
    from tagwork.kit import settings

    name = "demo.clock_shift_seconds"
    seconds = int(settings.in_force(name)) + round(arguments.advance_hours * 3600)
    settings.change(name, seconds, by="demo")
    print(json.dumps({"clock_shift_seconds": seconds}) if arguments.json else f"the demo is {seconds} s ahead")
    return 0


def _serve() -> int:
    """Seed once, then run web and background beside each other until one ends or a signal comes."""
    port = os.environ.get("PORT", "8000")
    # Said before the minute of seeding, not after it.
    if port.isdecimal() and refuse_taken_port(os.environ.get("TAGWORK_HOST", "127.0.0.1"), int(port)):
        return 1
    start_django()
    from django.core.management import call_command
    from django.db import connections

    from tagwork.jobs.demo.people import accounts_file
    from tagwork.jobs.demo.seed import SeedingCutOff, seed

    call_command("collectstatic", interactive=False, verbosity=0)
    try:
        is_new = seed(_tell)
    except SeedingCutOff as error:
        print(f"tagwork demo: {error}", file=sys.stderr)
        return 1
    connections.close_all()
    _tell(f"http://127.0.0.1:{port}/ · accounts: .venv/bin/tagwork demo accounts ({accounts_file()})")
    if not is_new:
        _tell("kept the data of an earlier run")
    programs = [
        subprocess.Popen([sys.executable, "-m", "tagwork.jobs.cli", name])  # noqa: S603 - our own commands
        for name in ("serve", "jobs")
    ]
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True
        for program in programs:
            program.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(program.poll() is None for program in programs):
        time.sleep(0.3)
    for program in programs:
        if program.poll() is None:
            program.terminate()
    codes = [program.wait() for program in programs]
    return 0 if stopping else max(abs(code) for code in codes) or 1
