"""`tagwork upgrade`: what stands between installed code and a house that may open; repeats harmlessly.

Run it before the first start and after every update, with `tagwork serve` and `tagwork jobs` stopped.
"""

import argparse

from tagwork.jobs.setup import start_django

SUMMARY = "prepare the database and the pages' files, before the first start and after an update"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the checks as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """0 when this installation is fit to run now; else what `tagwork doctor` says, and 1."""
    start_django()
    from django.core.management import call_command

    from tagwork.jobs.checks import check_all
    from tagwork.jobs.report import print_checks

    # After its last migration Django has the triggers put back (kit/triggers.py).
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return print_checks(check_all(), as_json=arguments.json)
