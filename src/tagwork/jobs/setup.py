"""What a command does before it may touch the database."""

import errno
import os
import socket
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


def refuse_taken_port(host: str, port: int) -> bool:
    """True, with the reason on stderr, when somebody listens there already. The server shares a port with whoever else
    shares it: two houses, or what a killed one left, would answer in turn."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # Connections that are only fading away are not in the way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        # Of any other fault the server itself speaks.
        if error.errno != errno.EADDRINUSE:
            return False
        print(f"tagwork: {host}:{port} is taken: stop what listens there, or name another PORT", file=sys.stderr)
        return True
    return False


def collect_pages_files() -> None:
    """Lays styles, icons and the built workbench where they are served from, when one of them is not there: each
    machine has a folder of its own."""
    from django.core.management import call_command

    from tagwork.jobs.checks import pages_files_collected

    if not pages_files_collected().ok:
        print("tagwork: collecting the pages' files", file=sys.stderr)
        call_command("collectstatic", interactive=False, verbosity=0)
