"""`tagwork openapi`: the document of the HTTP API, for programs that write types or clients from it."""

import argparse
import sys

from tagwork.jobs.setup import start_django

SUMMARY = "print the OpenAPI document of the HTTP API"
ADDRESS = "/api/v1/openapi.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: the document depends on nothing but the release."""


def run(arguments: argparse.Namespace) -> int:
    """Prints what the site answers at its published address; jobs may not import the api's room. No database needed."""
    start_django()
    from django.test import RequestFactory
    from django.urls import resolve

    found = resolve(ADDRESS)
    response = found.func(RequestFactory().get(ADDRESS), *found.args, **found.kwargs)
    sys.stdout.write(response.content.decode() + "\n")
    return 0
