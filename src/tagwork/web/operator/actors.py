"""Whoever acted, by name: tables keep an id, or the name of a part of the program."""

from collections.abc import Iterable
from uuid import UUID

from tagwork.people.queries import addresses_of


def named(actors: Iterable[str]) -> dict[str, str]:
    """E-mail address by actor; ONE query. Absent: no person (“rule”, “system”)."""
    keys = {}
    for actor in set(actors):
        try:
            keys[UUID(actor)] = actor
        except ValueError:
            continue
    return {keys[key]: address for key, address in addresses_of(list(keys)).items()}
