"""What things look like on the wire (CONTRACT). Plain functions from rows to dictionaries."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.kit.settings import in_force
from tagwork.kit.signing import Purpose
from tagwork.ledger.queries import AccountLine
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Image, Project
from tagwork.quality import rules as quality_rules
from tagwork.quality.models import Appeal, Correction, Verdict
from tagwork.quality.queries import Receipt
from tagwork.standing.models import Restriction, Skill
from tagwork.work.models import Assignment, Submission, Suggestion
from tagwork.work.queries import FeedItem, images_of_tasks
from tagwork.work.rules import skip_rate_percent

from .http import when

URL_MINUTES = 10


def url_expiry(minutes: int = URL_MINUTES) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def images(rows: list[Image], person: Person, purpose: Purpose, expires_at: datetime) -> list[dict[str, Any]]:
    return [
        project_queries.image_json(row, account_id=str(person.pk), purpose=purpose, expires_at=expires_at)
        for row in rows
    ]


def feed_item(item: FeedItem) -> dict[str, Any]:
    project = item.project
    return {
        "id": encode("pr", project.pk),
        "name": project.name,
        "summary": project.summary,
        "task_type": project.task_type,
        "difficulty": project.difficulty,
        "price": {
            "base_micros": item.base_micros,
            "object_micros": item.object_micros,
            "max_objects": item.max_objects,
        },
        "hourly_micros": item.hourly_micros,
        "hourly_is_estimate": item.hourly_is_estimate,
        "median_seconds": round(item.median_milliseconds / 1000),
        "available": item.available,
        "claimable": item.claimable,
        "blocked_by": item.blocked_by,
        "guideline_version": project.guideline_number,
        "guideline_acknowledged": item.guideline_acknowledged,
        "sensitive": project.is_sensitive,
    }


def assignment(
    row: Assignment,
    person: Person,
    project: Project,
    skip_counts: tuple[int, int],
    suggested: Suggestion | None,
) -> dict[str, Any]:
    """A of the contract. No identifier in it is the same for two workers."""
    schema = project_queries.schema_version(row.project_id, row.schema_number)
    rows = row.images if "images" in row.__dict__ else images_of_tasks([row.task_id])[row.task_id]
    grace_ends = row.lease_ends_at_latest + timedelta(seconds=in_force("work.grace_seconds"))
    kept = row.draft if hasattr(row, "draft") else None
    return {
        "id": encode("a", row.pk),
        "project_id": encode("pr", row.project_id),
        "project_name": project.name,
        "task_type": row.task_type,
        "state": row.state,
        "lease_expires_at": when(row.lease_expires_at),
        "heartbeat_seconds": in_force("work.heartbeat_seconds"),
        "schema_version": row.schema_number,
        "schema": schema.as_json(),
        "guideline_version": row.guideline_number,
        "pay": {
            "base_micros": row.base_micros,
            "object_micros": row.object_micros,
            "max_micros": row.base_micros + row.object_micros * row.max_objects,
            "max_objects": row.max_objects,
        },
        "images": [
            # Nothing of a sensitive image is shown before the worker asks for it, not even its 24 pixels.
            one | {"placeholder": ""} if project.is_sensitive else one
            for one in images(rows, person, Purpose.LEASE, grace_ends)
        ],
        "draft": None if kept is None else {"revision": kept.revision, "annotations": kept.annotations},
        "suggestions": None if suggested is None else suggestions(suggested),
        "server_assist": project.server_assist or None,
        "skip": {
            "rate_percent": skip_rate_percent(*skip_counts),
            "free_percent": in_force("work.skip_free_percent"),
            "throttle_percent": in_force("work.skip_throttle_percent"),
        },
        "sensitive": project.is_sensitive,
    }


def suggestions(row: Suggestion) -> dict[str, Any]:
    return {"source": row.source, "version": row.version, "annotations": row.annotations}


def submission(row: Submission) -> dict[str, Any]:
    return {
        "id": encode("s", row.pk),
        "state": row.state,
        "amount_micros": row.amount_micros,
        "late": row.is_late,
    }


def submission_line(row: Submission) -> dict[str, Any]:
    return submission(row) | {
        "project": {"id": encode("pr", row.project_id), "name": row.project.name},
        "task_type": row.task_type,
        "submitted_at": when(row.submitted_at),
        "judged_at": when(row.judged_at),
        "paid_micros": row.paid_micros,
    }


def receipt(found: Receipt, person: Person) -> dict[str, Any]:
    """Own answer beside the expected one, the rule, the versions, the effect on pay, and the way to appeal."""
    row = found.submission
    guideline = project_queries.guideline_version(row.project_id, row.assignment.guideline_number)
    return submission_line(row) | {
        "guideline_version": row.assignment.guideline_number,
        "schema_version": row.assignment.schema_number,
        "schema": project_queries.schema_version(row.project_id, row.assignment.schema_number).as_json(),
        "images": images(found.images, person, Purpose.RECEIPT, url_expiry()),
        "annotations": json.loads(row.answer),
        "assists": row.assists,
        "nothing_to_mark": row.nothing_to_mark,
        "tier": row.assignment.tier,
        "price": {
            "base_micros": row.assignment.base_micros,
            "object_micros": row.assignment.object_micros,
            "max_objects": row.assignment.max_objects,
        },
        "approve_at": when(row.approve_at),
        "verdict": None if found.verdict is None else verdict(found.verdict, guideline),
        "appeal": None if found.appeal is None else appeal(found.appeal),
        "can_appeal_until": when(found.can_appeal_until),
        "correction": None if found.correction is None else correction(found.correction),
    }


def correction(row: Correction) -> dict[str, Any]:
    return {
        "annotations": json.loads(row.answer),
        "nothing_to_mark": row.nothing_to_mark,
        "at": when(row.created_at),
    }


def verdict(row: Verdict, guideline: project_queries.Guideline) -> dict[str, Any]:
    clause = guideline.clause(row.clause) if row.clause else None
    return {
        "verdict": "approved" if row.is_approved else "rejected",
        "by": row.by,
        "reason_code": row.reason_code or None,
        "reason_text": quality_rules.REASON_TEXTS.get(row.reason_code),
        "clause": clause,
        "mark": row.mark,
        "note": row.note,
        "comments": row.comments or [],
        "expected": row.expected,
        "score": row.score,
        "paid_micros": row.paid_micros,
        "at": when(row.created_at),
    }


def appeal(row: Appeal) -> dict[str, Any]:
    prefix = {"submission": "s", "flag": "f", "restriction": "x"}[row.kind]
    return {
        "id": encode("ap", row.pk),
        "state": row.state,
        "decision": {"kind": row.kind, "id": encode(prefix, row.decision_id)},
        "text": row.text,
        "filed_at": when(row.filed_at),
        "due_at": when(row.due_at),
        "decided_at": when(row.decided_at),
        "note": row.note,
        "no_uninvolved_operator": row.no_uninvolved_operator,
    }


def restriction(row: Restriction) -> dict[str, Any]:
    return {
        "id": encode("x", row.pk),
        "kind": row.kind,
        "state": row.state,
        "scope": row.scope,
        "text": row.text,
        "evidence": {
            **row.evidence,
            "subjects": [_public_subject(one) for one in row.evidence.get("subjects", [])],
        },
        "starts_at": when(row.starts_at),
        "ends_at": when(row.ends_at),
    }


def _public_subject(subject: str) -> str:
    kind, _, raw = subject.partition(":")
    return encode({"submission": "s", "flag": "f"}.get(kind, "x"), uuid.UUID(raw)) if raw else subject


def skill(row: Skill, interval: tuple[float, float]) -> dict[str, Any]:
    return {
        "task_type": row.task_type,
        "tier": row.tier,
        "checked": row.checked,
        "correct": row.correct,
        "window": {"checked": row.window_checked, "correct": row.window_correct},
        "accuracy_interval": [round(interval[0], 4), round(interval[1], 4)],
    }


def transaction(line: AccountLine, projects: dict[str, str]) -> dict[str, Any]:
    project = str(line.detail.get("project", "")) or None
    kind, _, raw = line.subject.partition(":")
    prefix = {"submission": "s", "flag": "f", "withdrawal": "w"}.get(kind)
    return {
        "id": str(line.id),
        "kind": line.kind,
        "amount_micros": line.amount_micros,
        "at": when(line.at),
        "subject": encode(prefix, uuid.UUID(raw)) if prefix and raw else None,
        "project": None if project is None else {"id": encode("pr", uuid.UUID(project)), "name": projects.get(project)},
        "rate_micros": line.detail.get("rate_micros"),
        "verdict": line.detail.get("verdict"),
    }
