"""`tagwork address`: judge payout addresses without a server, one by one or as JSON lines."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from tagwork.payouts.rails.addresses import AddressCheck, check_address

SUMMARY = "check whether a Litecoin or Bitcoin Cash address is valid and can be paid"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("coin", metavar="COIN", help="ltc or bch; - reads JSON lines {coin, network, address}")
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="taken as it stands: nothing is trimmed")
    parser.add_argument("--network", default="main", help="main, test or regtest (default: main)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    if arguments.coin == "-" and arguments.address is None:
        return _run_lines(sys.stdin.buffer)
    if arguments.address is None:
        print("tagwork address: give a coin and an address, or - to read JSON lines", file=sys.stderr)
        return 2
    try:
        check = check_address(arguments.coin, arguments.network, arguments.address)
    except ValueError as error:
        if arguments.json:
            print(json.dumps({"error": str(error)}))
        else:
            print(f"tagwork address: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        print(_as_json(check))
    else:
        _show(check)
    return 0 if check.payable else 1


def _as_json(check: AddressCheck) -> str:
    return json.dumps(asdict(check))


def _answer(line: bytes) -> str:
    try:
        asked: Any = json.loads(line)
    except (ValueError, RecursionError):
        return json.dumps({"error": "the line is not JSON"})
    if not isinstance(asked, dict):
        return json.dumps({"error": "the line is not a JSON object"})
    for field in ("coin", "network", "address"):
        if not isinstance(asked.get(field), str):
            return json.dumps({"error": f"{field} is missing or not text"})
    try:
        return _as_json(check_address(asked["coin"], asked["network"], asked["address"]))
    except ValueError as error:
        return json.dumps({"error": str(error)})


def _run_lines(lines: BinaryIO) -> int:
    for line in lines:
        # Flushed one by one: the other side may wait for each answer before it asks again.
        print(_answer(line), flush=True)
    return 0


def _show(check: AddressCheck) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    verdict = "can be paid" if check.payable else "valid, but cannot be paid" if check.valid else "not valid"
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    rows = [
        ("address", check.address),
        ("coin", f"{check.coin} {check.network}"),
        ("verdict", verdict),
        ("kind", check.kind or ""),
        ("kept as", check.normalized or ""),
        *((warning.code, warning.text) for warning in check.warnings),
    ]
    for name, value in rows:
        if value:
            # Text, not markup: an address may hold square brackets.
            table.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
    Console().print(table)
