"""`tagwork payouts run`: finish what is under way, pay what is approved. `unfreeze`: go on after somebody looked.
`reconcile`: compare the books with node and service now. `adopt`, `give-up`, `ask-again`: what a person found out about
a batch whose answer a payment service never gave."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from tagwork.jobs.setup import refuse_unready_database, start_django

if TYPE_CHECKING:
    from tagwork.payouts.operations.run_payouts import RunReport
    from tagwork.payouts.rails.interface import Rail

SUMMARY = "pay out approved withdrawals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    run_parser = actions.add_parser("run", help="finish what is under way, then pay what is approved")
    run_parser.add_argument("--method", help="one payout method (default: every method that a node pays)")
    run_parser.add_argument(
        "--operator", metavar="EMAIL", help="who starts it: lets large amounts go that another operator approved"
    )
    run_parser.add_argument("--json", action="store_true", help="print one JSON object")
    unfreeze = actions.add_parser("unfreeze", help="let a frozen method go on")
    unfreeze.add_argument("method", help="the payout method")
    unfreeze.add_argument("--operator", required=True, metavar="EMAIL", help="who has looked")
    unfreeze.add_argument("--note", required=True, help="what was found; kept in the audit log")
    compare = actions.add_parser("reconcile", help="compare the books with the nodes and services now")
    compare.add_argument("--method", help="one payout method (default: every one that can be asked)")
    compare.add_argument("--json", action="store_true", help="print one JSON object")
    adopt = actions.add_parser("adopt", help="a payment service has this batch after all")
    give_up = actions.add_parser("give-up", help="a payment service never had this batch: its withdrawals are failed")
    again = actions.add_parser("ask-again", help="a batch that was given up has turned up at the payment service")
    for one in (adopt, give_up, again):
        one.add_argument("batch", type=UUID, help="our id of the batch, as the alarm shows it")
        one.add_argument("--operator", required=True, metavar="EMAIL", help="who has looked")
        one.add_argument("--note", required=True, help="where it was looked up, and what was found")
    for one in (adopt, again):
        one.add_argument("provider_id", metavar="SERVICE_ID", help="the service's id of it")


def run(arguments: argparse.Namespace) -> int:
    start_django()
    acts = {"run": _run, "unfreeze": _unfreeze, "reconcile": _reconcile}
    return acts.get(arguments.action, _settle)(arguments)


def _settle(arguments: argparse.Namespace) -> int:
    from tagwork.kit.errors import Refusal
    from tagwork.payouts.operations.settle_provider_batch import (
        adopt_provider_batch,
        ask_about_given_up,
        give_up_provider_batch,
    )
    from tagwork.people.queries import person_by_email

    operator = person_by_email(arguments.operator)
    if operator is None:
        print("tagwork payouts: nobody has this e-mail address", file=sys.stderr)
        return 1
    try:
        if arguments.action == "adopt":
            adopt_provider_batch(operator, arguments.batch, arguments.provider_id, arguments.note)
        elif arguments.action == "ask-again":
            paid = ask_about_given_up(operator, arguments.batch, arguments.provider_id, arguments.note)
            print(f"paid after all, or to be paid: {paid}")
        else:
            give_up_provider_batch(operator, arguments.batch, arguments.note)
    except Refusal as refusal:
        print(f"tagwork payouts: {refusal.text}", file=sys.stderr)
        return 1
    print("done; each withdrawal's page shows where it stands")
    return 0


def _unfreeze(arguments: argparse.Namespace) -> int:
    from tagwork.kit.errors import Refusal
    from tagwork.payouts.operations.freeze import lift_freeze
    from tagwork.payouts.queries import freezes_in_force
    from tagwork.people.queries import person_by_email

    frozen = [one for one in freezes_in_force() if one.method == arguments.method]
    operator = person_by_email(arguments.operator)
    if not frozen or operator is None:
        what = "nobody has this e-mail address" if operator is None else f"{arguments.method} is not frozen"
        print(f"tagwork payouts: {what}", file=sys.stderr)
        return 1
    try:
        lift_freeze(operator, frozen[0].id, arguments.note)
    except Refusal as refusal:
        print(f"tagwork payouts: {refusal.text}", file=sys.stderr)
        return 1
    print(f"{arguments.method} goes on; it was frozen: {frozen[0].code} ({frozen[0].detail})")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    """0: everything is on its way or by hand. 1: something waits, is frozen or another process is at it."""
    from tagwork.payouts.operations.run_payouts import run_payouts
    from tagwork.payouts.rails import rails
    from tagwork.people.queries import person_by_email

    if refuse_unready_database():
        return 1
    known = [name for name, rail in rails().items() if rail.coin is not None or _has_credentials(rail)]
    if arguments.method is not None and arguments.method not in known:
        print(f"tagwork payouts: nothing pays {arguments.method!r}; use {' or '.join(known)}", file=sys.stderr)
        return 2
    operator = person_by_email(arguments.operator) if arguments.operator else None
    if arguments.operator and (operator is None or not (operator.is_operator and operator.is_active)):
        print(f"tagwork payouts: {arguments.operator!r} is no operator's e-mail address", file=sys.stderr)
        return 2
    reports = [run_payouts(name, operator) for name in ([arguments.method] if arguments.method else known)]
    if arguments.json:
        print(json.dumps({"methods": [asdict(report) for report in reports]}))
    else:
        _show(reports)
    good: set[str] = {"done", "by_hand"}
    return 0 if all(report.outcome in good for report in reports) else 1


def _reconcile(arguments: argparse.Namespace) -> int:
    """0: the books agree with the outside everywhere. 1: they differ somewhere, or somebody did not answer."""
    from tagwork.payouts.operations.reconcile import reconcile
    from tagwork.payouts.policy import comparable_methods

    if refuse_unready_database():
        return 1
    known = comparable_methods()
    if arguments.method is not None and arguments.method not in known:
        print(f"tagwork payouts: nobody to compare {arguments.method!r} with", file=sys.stderr)
        return 2
    reports = [reconcile(name) for name in ([arguments.method] if arguments.method else known)]
    if arguments.json:
        print(json.dumps({"methods": [asdict(report) for report in reports]}))
    else:
        for one in reports:
            print(f"{one.method}: {one.outcome}, {one.payments} payments, {one.open} differences {one.detail}".rstrip())
        if not reports:
            print("no node and no payment service is named: nothing outside to compare with")
    return 0 if all(report.outcome == "agrees" for report in reports) else 1


def _has_credentials(rail: "Rail") -> bool:
    return rail.provider is not None and rail.provider() is not None


def _show(reports: "list[RunReport]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("method", "outcome", "still waiting", "detail", box=None, padding=(0, 2, 0, 0))
    for report in reports:
        table.add_row(report.method, report.outcome, str(report.left), Text(report.detail, overflow="fold"))
        for batch in report.batches:
            text = f"{batch.withdrawals} withdrawals, {batch.confirmations} confirmations {batch.attention}".strip()
            table.add_row("", batch.state, "", Text(f"{batch.txid or batch.id}: {text}", overflow="fold"))
    Console().print(table)
