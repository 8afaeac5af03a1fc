"""What a command does before it may touch the database."""

import os
import sys


def start_django() -> None:
    """Loads the settings and the rooms; only commands that need them pay the second it takes."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tagwork.config.settings")
    django.setup()


def refuse_unready_database() -> bool:
    """True, with the reasons on stderr, when this database must not be served: migrations or triggers are missing."""
    from django.db import connections

    from tagwork.jobs.checks import check_database

    failed = [result for result in check_database() if not result.ok]
    for result in failed:
        print(f"tagwork: {result.name}: {result.detail}", file=sys.stderr)
    # Server processes start as copies of this one: no connection may be shared with them.
    connections.close_all()
    return bool(failed)


def collect_pages_files() -> None:
    """Lays styles, icons and the built workbench where they are served from, when one of them is not there: each
    machine has a folder of its own."""
    from django.core.management import call_command

    from tagwork.jobs.checks import pages_files_collected

    if not pages_files_collected().ok:
        print("tagwork: collecting the pages' files", file=sys.stderr)
        call_command("collectstatic", interactive=False, verbosity=0)
