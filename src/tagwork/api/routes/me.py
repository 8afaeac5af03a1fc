"""What belongs to whoever asks."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access, shapes
from tagwork.api.http import identifier, page, person_of, reply
from tagwork.api.schemas import account
from tagwork.api.schemas.shared import answers
from tagwork.core.skill import wilson_interval
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import AccountRef
from tagwork.ledger.statements import statement
from tagwork.payouts.queries import held_micros, owed_accounts
from tagwork.people.rules import missing_fields, profile_percent
from tagwork.projects.models import Project
from tagwork.quality import queries as quality_queries
from tagwork.standing import queries as standing_queries
from tagwork.tutorial import queries as tutorial_queries
from tagwork.work import queries as work_queries
from tagwork.work.rules import skip_rate_percent

router = Router(tags=["me"], auth=access.signed_in, by_alias=True)
PAGE = 50


@router.get("/me", response=answers(200, account.Me))
def me(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    roles = [name for name in ("worker", "moderator", "operator") if getattr(person, f"is_{name}")]
    if person.memberships.exists():
        roles.append("client")
    return reply(
        {
            "id": encode("p", person.pk),
            "email": person.email,
            "display_name": person.display_name,
            "roles": roles,
            "profile_percent": profile_percent(person),
            "missing_fields": missing_fields(person, for_="paid_work"),
            "tutorial_passed": tutorial_queries.is_passed(person.pk),
            "csrf": settings.CSRF_COOKIE_NAME,
        }
    )


@router.get("/me/proof", response=answers(200, account.Proof), auth=access.worker)
def proof(request: HttpRequest) -> HttpResponse:
    """What the house signed that it owes you, for `tagwork ledger check-proof`; 404 before the first checkpoint."""
    return reply(statement(owed_accounts(person_of(request))))


@router.get("/me/balance", response=answers(200, account.Balance))
def balance(request: HttpRequest) -> HttpResponse:
    """Pending: under moderation. Main: may be withdrawn. Held: on its way out."""
    person = person_of(request)
    owner = f"worker:{person.pk}"
    return reply(
        {
            "pending_micros": ledger_queries.pending_micros(owner),
            "main_micros": ledger_queries.balance_micros(AccountRef("worker_main", owner)),
            "held_micros": held_micros(person),
        }
    )


@router.get("/me/transactions", response=answers(200, account.Transactions))
def transactions(request: HttpRequest, before: str = "") -> HttpResponse:
    """Every movement of the main balance, newest first: task, project, rate and verdict on each line."""
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise NotFound("There is no such page.")
    main = AccountRef("worker_main", f"worker:{person_of(request).pk}")
    cursor = int(before) if before else None
    lines = ledger_queries.lines_of(main, before=cursor, limit=PAGE)
    wanted = {uuid.UUID(str(line.detail["project"])) for line in lines if line.detail.get("project")}
    names = {str(pk): name for pk, name in Project.objects.filter(pk__in=wanted).values_list("pk", "name")}
    following = str(lines[-1].id) if len(lines) == PAGE else None
    return page([shapes.transaction(line, names) for line in lines], following)


@router.get("/me/submissions", response=answers(200, account.SubmissionLines))
def submissions(request: HttpRequest, before: str = "") -> HttpResponse:
    rows = list(
        work_queries.submissions_of(
            person_of(request).pk, before=identifier("s", before) if before else None, limit=PAGE
        )
    )
    following = encode("s", rows[-1].pk) if len(rows) == PAGE else None
    return page([shapes.submission_line(row) for row in rows], following)


@router.get("/me/submissions/{submission_id}", response=answers(200, account.Receipt))
def receipt(request: HttpRequest, submission_id: str) -> HttpResponse:
    """The receipt of one answer."""
    person = person_of(request)
    return reply(shapes.receipt(quality_queries.receipt(person, identifier("s", submission_id)), person))


@router.get("/me/standing", response=answers(200, account.Standing))
def standing(request: HttpRequest) -> HttpResponse:
    """Accuracy and tier by task type, own skip rate, restrictions with their evidence."""
    person = person_of(request)
    skipped, finished = work_queries.skip_counts(person.pk)
    return reply(
        {
            "skills": [
                shapes.skill(row, wilson_interval(row.window_correct, row.window_checked))
                for row in standing_queries.skills_of(person.pk)
            ],
            "skip": {
                "skipped": skipped,
                "finished": finished,
                "rate_percent": skip_rate_percent(skipped, finished),
            },
            "restrictions": [shapes.restriction(row) for row in standing_queries.restrictions_of(person.pk)],
        }
    )
