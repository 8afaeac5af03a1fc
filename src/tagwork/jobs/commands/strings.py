"""`tagwork strings`: what the pages say, in other languages."""

import argparse
import sys

SUMMARY = "find, check and join the translations of pages and refusals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "step",
        choices=("update", "check", "compile"),
        help="update: write new texts into the catalogues; check: name what is missing; compile: join them for a site",
    )


def run(arguments: argparse.Namespace) -> int:
    """Needs no database and no settings. `check` answers 1 when a language that must be complete is not."""
    from tagwork.jobs import strings

    missing: list[str] = []
    for language in strings.LANGUAGES:
        if arguments.step == "update":
            strings.update(language)
        elif arguments.step == "compile":
            sys.stdout.write(f"{strings.compile_catalogue(language)}\n")
        else:
            missing += [f"{language}: {line}" for line in strings.problems(language)]
            if language not in strings.COMPLETE:
                spoken, wanted = strings.share(language)
                share = f"{100 * spoken // wanted} % of {wanted} texts, the rest in English"
                sys.stdout.write(f"{language}: {share}\n")
    for line in missing:
        sys.stdout.write(line + "\n")
    return 1 if missing else 0
