"""`tagwork ledger verify | check-proof | checkpoint | rebuild`: prove the books, from inside and from outside."""

import argparse
import json
import sys
from pathlib import Path

SUMMARY = "prove the books"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="check balances, postings, assets, holds, triggers and the hash chain")
    verify.add_argument("--json", action="store_true", help="print one JSON object")
    check = actions.add_parser("check-proof", help="check a statement without server or database; 0 when it holds")
    check.add_argument("statement", metavar="FILE", help="the statement as it was downloaded; - reads it from stdin")
    check.add_argument("--key", metavar="FILE", help="the house's public key (PEM), as the house publishes it")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    checkpoint = actions.add_parser("checkpoint", help="sign today's checkpoint now instead of waiting for the jobs")
    checkpoint.add_argument("--json", action="store_true", help="print one JSON object")
    rebuild = actions.add_parser("rebuild", help="compare each balance with the sum of its postings; 0 when all agree")
    rebuild.add_argument("--write", action="store_true", help="put the sums in the place of balances that differ")
    rebuild.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "check-proof":
        return _check_proof(arguments)
    from tagwork.jobs.setup import start_django

    start_django()
    return {"verify": _verify, "checkpoint": _checkpoint, "rebuild": _rebuild}[arguments.action](arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from tagwork.jobs.report import CheckResult, print_checks
    from tagwork.ledger.queries import verify

    report = verify()
    results = [CheckResult(name, ok, str(detail)) for name, ok, detail in report.checks]
    return print_checks(results, as_json=arguments.json)


def _checkpoint(arguments: argparse.Namespace) -> int:
    from tagwork.ledger.operations.checkpoint import make_checkpoint

    made = make_checkpoint()
    print(
        json.dumps({"made": made}) if arguments.json else "signed" if made else "today's is there, or nothing is owed"
    )
    return 0


def _rebuild(arguments: argparse.Namespace) -> int:
    """0: nothing differs (any more). 1: something differs and was not written."""
    from tagwork.core.money import format_usd
    from tagwork.ledger.operations.rebuild import differing_balances, rebuild_balances

    found = rebuild_balances("command") if arguments.write else differing_balances()
    written = [one for one in found if arguments.write and one.is_possible]
    if arguments.json:
        differing = [
            {
                "kind": one.account.kind,
                "owner": one.account.owner,
                "stored_micros": one.stored_micros,
                "posted_micros": one.posted_micros,
                "written": one in written,
            }
            for one in found
        ]
        print(json.dumps({"ok": len(written) == len(found), "differing": differing}))
        return 0 if len(written) == len(found) else 1
    for one in found:
        act = "written" if one in written else "impossible, left" if not one.is_possible else "left"
        stored, posted = format_usd(one.stored_micros), format_usd(one.posted_micros)
        print(f"{one.account.kind} of {one.account.owner}: says {stored}, its postings say {posted}: {act}")
    if not found:
        print("every balance is the sum of its postings")
    elif not arguments.write:
        print("nothing was written; find out why they differ, then run it with --write", file=sys.stderr)
    return 0 if len(written) == len(found) else 1


def _check_proof(arguments: argparse.Namespace) -> int:
    """Needs neither Django nor a database: whoever distrusts the house runs this at home."""
    from tagwork.core.money import format_usd
    from tagwork.ledger.proofs import check_statement

    try:
        text = sys.stdin.buffer.read() if arguments.statement == "-" else Path(arguments.statement).read_bytes()
        key = Path(arguments.key).read_bytes() if arguments.key else None
    except OSError as error:
        print(f"tagwork ledger check-proof: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    checked = check_statement(text, key)
    if arguments.json:
        document = {
            "ok": checked.ok,
            "at": checked.at,
            "amounts_micros": dict(checked.amounts_micros),
            "total_micros": checked.total_micros,
            "fingerprint": checked.fingerprint,
            "problems": list(checked.problems),
            "notes": list(checked.notes),
        }
        print(json.dumps(document))
        return 0 if checked.ok else 1
    for problem in checked.problems:
        print(f"wrong: {problem}")
    if checked.ok:
        print(f"The house signed on {checked.at} that it owes:")
        for name, amount in checked.amounts_micros.items():
            print(f"  {format_usd(amount)}  {name}")
        print(f"as a part of {format_usd(checked.total_micros)} owed to everybody. Key {checked.fingerprint}")
    for note in checked.notes:
        print(f"note: {note}")
    return 0 if checked.ok else 1
