"""`tagwork jobs`: the background process: delivers the outbox and runs what is due. Any number may run."""

import argparse
import signal
import threading

from tagwork.jobs.setup import refuse_unready_database, start_django

SUMMARY = "run the background work"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser  # nothing to choose


def run(arguments: argparse.Namespace) -> int:
    del arguments
    stop_event = threading.Event()

    def stop(number: int, frame: object) -> None:
        # The first signal lets the task in hand finish; a second one ends the process as usual.
        stop_event.set()
        signal.signal(number, signal.SIG_DFL)

    # Before anything else: whoever stops it while it starts gets a clean end, too.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    start_django()
    if refuse_unready_database():
        return 1
    from tagwork.jobs.schedule import run_forever

    run_forever(stop_event)
    return 0
