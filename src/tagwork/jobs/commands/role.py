"""`tagwork role grant | revoke | list`: who runs this house, by whoever owns the machine it runs on.

The first operator is made here; later ones are made by two operators on the pages.
"""

import argparse
import sys

from tagwork.jobs.setup import refuse_unready_database, start_django

SUMMARY = "make the first operator; give and take roles"
ROLES = ("worker", "moderator", "operator")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (("grant", "give a role to somebody who has signed up"), ("revoke", "take a role")):
        one = actions.add_parser(name, help=text)
        one.add_argument("email", metavar="EMAIL")
        one.add_argument("role", choices=ROLES)
        one.add_argument("--reason", required=True, help="stands in the audit log")
    actions.add_parser("list", help="moderators and operators")


def run(arguments: argparse.Namespace) -> int:
    start_django()
    if refuse_unready_database():
        return 1
    return _list() if arguments.action == "list" else _change(arguments)


def _list() -> int:
    from tagwork.people.queries import staff

    for person in staff():
        roles = [role for role in ROLES if getattr(person, f"is_{role}")]
        factor = "" if person.has_second_factor else "  (no second factor)"
        print(f"{person.email}  {', '.join(roles)}{factor}")
    return 0


def _change(arguments: argparse.Namespace) -> int:
    from tagwork.kit.errors import Refusal
    from tagwork.people.operations.grant_role import Role, grant_role
    from tagwork.people.operations.revoke_role import revoke_role
    from tagwork.people.queries import person_by_email

    person = person_by_email(arguments.email)
    if person is None:
        print("tagwork role: nobody has signed up with this e-mail address", file=sys.stderr)
        return 1
    change = {"grant": grant_role, "revoke": revoke_role}[arguments.action]
    try:
        change(person, Role(arguments.role), by=None, reason=arguments.reason)
    except Refusal as refusal:
        print(f"tagwork role: {refusal.text}", file=sys.stderr)
        return 1
    print(f"{person.email} is {'now' if arguments.action == 'grant' else 'no longer'}: {arguments.role}")
    return 0
