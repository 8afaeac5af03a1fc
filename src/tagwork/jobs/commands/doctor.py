"""`tagwork doctor`: what is wrong with this installation, and what to do about it."""

import argparse

from tagwork.jobs.setup import start_django

SUMMARY = "check that this installation is fit to run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    from tagwork.jobs.report import CheckResult, print_checks

    try:
        start_django()
    except Exception as error:
        # Whatever a wrong variable broke: this command exists to say it, not to die of it.
        return print_checks([CheckResult("settings", False, str(error))], as_json=arguments.json)
    from tagwork.jobs.checks import check_all

    return print_checks(check_all(), as_json=arguments.json)
