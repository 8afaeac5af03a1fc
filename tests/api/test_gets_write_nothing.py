"""Reading changes nothing (reliability V12): every GET runs while the database refuses to write."""

import pytest
from django.db import connection

from tagwork.projects.operations.process_images import process_images
from tagwork.tutorial.scenes import draw_missing
from tests.api.conftest import Caller
from tests.api.test_access_matrix import EVERYBODY, TABLE, people_by_role, world
from tests.builders import projects

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "TRUNCATE", "MERGE")


def refuse_writes(execute, sql, params, many, context):
    statement = sql.lstrip().upper()
    assert not statement.startswith(WRITES) or (statement.startswith("WITH") and "UPDATE" not in statement), sql
    assert "FOR UPDATE" not in statement and "NO KEY UPDATE" not in statement, sql
    return execute(sql, params, many, context)


def test_no_get_of_anybody_writes() -> None:
    people, things = people_by_role(), world()
    # A project with images that have no task yet: listing its tasks must not make them.
    projects.quick_images(projects.draft(), 2)
    process_images()
    # The background draws the practice pictures; a lesson asked for before that draws its own, once for everybody.
    # They take half a minute: all roles look at the same ones.
    while draw_missing(100):
        pass
    addresses = [path.format(**things) for method, path in TABLE if method == "GET"]
    for role in sorted(EVERYBODY):
        caller = Caller(people[role])
        with connection.execute_wrapper(refuse_writes):
            for address in addresses:
                for query in ("", "?before=x", "?limit=1&after=t_1", "?kind=flag", "?state=leased"):
                    # Nor 429, behind which nothing was read.
                    assert caller.get(address + query).status_code < 429, (role, address, query)
