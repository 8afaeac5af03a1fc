"""What must hold of a site after any load, whoever measured or broke it."""

from collections.abc import Sequence

from bench.rig import Site
from tagwork.kit.ids import decode

# Each finds rows that must not exist.
FORBIDDEN = {
    "no task is held or answered more often than it was opened": """
        SELECT t.id FROM work_task t JOIN work_assignment a ON a.task_id = t.id
        WHERE a.state IN ('leased', 'submitted', 'flagged')
        GROUP BY t.id, t.slots_opened HAVING COUNT(*) > t.slots_opened""",
    "no task is held or answered more often than answers are wanted": """
        SELECT t.id FROM work_task t JOIN work_assignment a ON a.task_id = t.id
        WHERE a.state IN ('leased', 'submitted') GROUP BY t.id, t.answers_wanted HAVING COUNT(*) > t.answers_wanted""",
    "what is open and what is taken adds up to what was opened": """
        SELECT t.id FROM work_task t LEFT JOIN work_assignment a ON a.task_id = t.id
             AND a.state IN ('leased', 'submitted', 'flagged')
        GROUP BY t.id, t.slots_opened, t.open_slots HAVING t.open_slots + COUNT(a.id) <> t.slots_opened""",
    "no worker has one task twice": """
        SELECT worker_id, task_id FROM work_assignment GROUP BY worker_id, task_id HAVING COUNT(*) > 1""",
    "every submitted task has its one submission": """
        SELECT a.id FROM work_assignment a LEFT JOIN work_submission s ON s.assignment_id = a.id
        GROUP BY a.id, a.state HAVING COUNT(s.id) <> CASE WHEN a.state = 'submitted' THEN 1 ELSE 0 END""",
}


def prove(site: Site, expected: Sequence[str]) -> int:
    """Print each proof; returns how many failed. `expected`: the assignments whose submit was answered with 201."""
    faults = 0

    def tell(holds: bool, text: str) -> None:
        nonlocal faults
        faults += not holds
        print(f"{'ok ' if holds else 'NOT'} {text}")

    for text, sql in FORBIDDEN.items():
        rows = site.database.ask(sql)
        tell(not rows, text if not rows else f"{text}: {len(rows)} break it, such as {rows[0]}")
    stored = {str(row[0]).replace("-", "") for row in site.database.ask("SELECT assignment_id FROM work_submission")}
    keys = [decode("a", text) for text in expected]
    lost = [key for key in keys if key is None or key.hex not in stored]
    tell(not lost, f"each of {len(keys)} answers that were accepted is stored")
    tell(len(set(keys)) == len(keys), "no answer was accepted twice")
    holds = site.database.ask("SELECT COUNT(*) FROM ledger_hold")[0][0]
    tell(holds == len(stored), f"{len(stored)} submissions, {holds} holds of pay")
    try:
        verified = site.tagwork("ledger", "verify")
        tell(all(check.get("ok") for check in checks_of(verified)), "tagwork ledger verify")
    except RuntimeError as error:
        tell(False, f"tagwork ledger verify: {error}")
    return faults


def checks_of(verified: object) -> list[dict[str, object]]:
    assert isinstance(verified, dict)
    checks = verified["checks"]
    assert checks
    return list(checks)
