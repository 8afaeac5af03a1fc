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


def refuse_unready_pages() -> bool:
    """True, with the reason on stderr, when pages would ask for styles and scripts that lie nowhere."""
    from tagwork.jobs.checks import pages_files_collected

    result = pages_files_collected()
    if not result.ok:
        print(f"tagwork: {result.name}: {result.detail}", file=sys.stderr)
    return not result.ok
