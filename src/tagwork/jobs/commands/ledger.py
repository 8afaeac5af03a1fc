"""`tagwork ledger verify`: prove that balances, postings, assets and the chain of journals agree."""

import argparse

from tagwork.jobs.setup import start_django

SUMMARY = "prove the books"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="check balances, postings, assets, holds, triggers and the hash chain")
    verify.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    start_django()
    from tagwork.jobs.report import CheckResult, print_checks
    from tagwork.ledger.queries import verify

    report = verify()
    results = [CheckResult(name, ok, str(detail)) for name, ok, detail in report.checks]
    return print_checks(results, as_json=arguments.json)
