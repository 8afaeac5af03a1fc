"""One shape for answers made of checks: a table for people, one JSON object for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`detail` says what was found and, when it is not `ok`, what to do."""

    name: str
    ok: bool
    detail: str


def print_checks(results: Sequence[CheckResult], *, as_json: bool) -> int:
    """Prints all results; the exit code is 0 when every one is fine and 1 otherwise."""
    ok = all(result.ok for result in results)
    if as_json:
        checks = [{"name": result.name, "ok": result.ok, "detail": result.detail} for result in results]
        print(json.dumps({"ok": ok, "checks": checks}))
        return 0 if ok else 1
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "check", "detail", box=None, padding=(0, 2, 0, 0))
    for result in results:
        # A word and a shape, never a colour alone.
        mark = Text("✓ fine", style="green") if result.ok else Text("✗ wrong", style="bold red")
        table.add_row(mark, Text(result.name), Text(result.detail, overflow="fold"))
    Console().print(table)
    return 0 if ok else 1
