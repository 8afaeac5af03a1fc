"""The command `tagwork`: finds the folder's commands, imports the one that was asked for, runs it.

A command is a module `jobs/commands/<name>.py` with `SUMMARY`, `add_arguments(parser)` and `run(arguments) -> int` (the
exit code). Commands import what is heavy inside `run`: `tagwork address` must not wait for Django.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from tagwork.jobs import commands


class Command(Protocol):
    """What each module in `jobs/commands` offers."""

    SUMMARY: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def command_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(commands.__path__) if not module.name.startswith("_"))


def load(name: str) -> Command:
    return cast(Command, importlib.import_module(f"{commands.__name__}.{name}"))


def parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the one command that `arguments` names; of all of them when it names none."""
    parser = argparse.ArgumentParser(prog="tagwork", description="A self-hosted marketplace for paid image annotation.")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    names = command_names()
    asked = arguments[0] if arguments and arguments[0] in names else None
    for name in [asked] if asked else names:
        command = load(name)
        subparser = subparsers.add_parser(name, help=command.SUMMARY, description=command.SUMMARY)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 the answer is no, 2 wrong use."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parsed = parser_for(arguments).parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:
        # The reader (head, less) went away; without this Python complains once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
