"""Three days of work by two workers, judged by moderators: so that no page of a demo is empty."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tagwork.jobs.demo.projects import Seeded
from tagwork.jobs.schedule import run_until_idle
from tagwork.kit import clock
from tagwork.people.models import Person
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline
from tagwork.quality import queries as quality_queries
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.decide_flag import decide_flag
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.report import file_report
from tagwork.work.models import Submission
from tagwork.work.operations.claim import claim
from tagwork.work.operations.flag import flag
from tagwork.work.operations.skip import skip
from tagwork.work.operations.submit import submit
from tagwork.work.queries import images_of_tasks

DAYS = 3
ANSWERS_A_DAY = {0: 14, 1: 5, 2: 5}
MISTAKE_ONE_IN = 9
SECONDS = {0: (2_000, 5_000), 1: (14_000, 34_000), 2: (18_000, 50_000)}


def make_history(seeded: list[Seeded], people: dict[str, Person], tell: Callable[[str], None]) -> None:
    """Written with the clock set back, day by day; ends at the present."""
    rng = random.Random(20261121)  # noqa: S311 - a fixed story, not a secret
    workers = [people["ana"], people["ben"]]
    for worker in workers:
        for one in seeded:
            acknowledge_guideline(worker, project_id=one.project.pk, number=one.project.guideline_number)
    # The days themselves, and the minutes of work that pass in each of them.
    clock.advance(timedelta(days=-DAYS, hours=-8))
    try:
        for day in range(DAYS):
            tell(f"history: day {day + 1} of {DAYS}")
            for worker in workers:
                _work_a_day(worker, seeded, day, rng)
            clock.advance(timedelta(hours=6))
            _moderate(people["max"], people["mia"], rng, leave=6 if day == DAYS - 1 else 0)
            run_until_idle()
            if day == 0:
                _appeal(people, won=True)
            clock.advance(timedelta(hours=18))
        _appeal(people, won=None)
    finally:
        clock.reset()
    file_report(
        people["ben"], "The picture of a table with two lemons took very long to load on my phone.", "Fruit on a table"
    )
    run_until_idle()


def _work_a_day(worker: Person, seeded: list[Seeded], day: int, rng: random.Random) -> None:
    for number, one in enumerate(seeded):
        for count in range(ANSWERS_A_DAY[number]):
            taken = claim(worker, one.project.pk, 1)
            if not taken:
                break
            assignment = taken[0]
            clock.advance(timedelta(seconds=rng.randint(20, 90)))
            if count == 3 and number == 0 and rng.random() < 0.5:
                skip(worker, assignment.pk, "cannot_tell")
                continue
            if count == 4 and number == 1:
                flag(
                    worker,
                    assignment.pk,
                    "ambiguous",
                    "Two fruits touch; is a half-hidden one boxed to its whole size?",
                )
                continue
            name = images_of_tasks([assignment.task_id])[assignment.task_id][0].file_name
            # Counted, not drawn: which answers meet gold is chance, and bad luck would close the project to the worker.
            is_wrong = (day * ANSWERS_A_DAY[number] + count) % MISTAKE_ONE_IN == MISTAKE_ONE_IN - 1
            answer = _answer(one.truth[name], number, is_wrong, rng)
            submit(worker, assignment.pk, answer, active_milliseconds=rng.randint(*SECONDS[number]))


def _answer(truth: list[dict[str, Any]], number: int, is_wrong: bool, rng: random.Random) -> list[dict[str, Any]]:
    """The truth as a person gives it: boxes a pixel or two off, now and then a mistake."""
    answer = []
    for one in truth:
        given = dict(one)
        if one["kind"] == "box":
            x, y, width, height = one["box"]
            off = [rng.uniform(-1.5, 1.5) for _ in range(4)]
            given["box"] = [max(0, x + off[0]), max(0, y + off[1]), width - 2 + off[2], height - 2 + off[3]]
        answer.append(given)
    if is_wrong and number == 0:
        answer[0] = answer[0] | {
            "label": rng.choice([x for x in ("brick", "grass", "gravel") if x != answer[0]["label"]])
        }
    elif is_wrong and number == 1 and len(answer) > 1:
        answer.pop()
    return answer


def _moderate(first: Person, second: Person, rng: random.Random, leave: int) -> None:
    waiting = list(quality_queries.waiting_submissions(first))
    for place, submission in enumerate(waiting[: len(waiting) - leave]):
        # In turn, also at the rejections: three of one moderator in a day are close to the reject brake.
        moderator = (first, second)[(place + place // 14) % 2]
        clock.advance(timedelta(seconds=rng.randint(5, 40)))
        if place % 14 == 0 and submission.task_type != "detection":
            width, height = submission.assignment.image_sizes[0]
            moderate(
                moderator,
                submission.pk,
                "rejected",
                reason_code="wrong_tag" if submission.task_type == "classification" else "imprecise_shape",
                clause="c1",
                mark={"box": [width * 0.25, height * 0.25, width * 0.5, height * 0.5]},
                note="Please compare with the clause: this is not what it describes.",
            )
        else:
            moderate(moderator, submission.pk, "approved")
    for place, row in enumerate(list(quality_queries.waiting_flags(second))):
        if place == 0:
            decide_flag(second, row.pk, "justified", "The guideline does not say; the client will.")


def _appeal(people: dict[str, Person], *, won: bool | None) -> None:
    """One rejection is appealed; decided by the moderator who did not reject it, or left open."""
    for worker in (people["ana"], people["ben"]):
        rejected = Submission.objects.filter(worker=worker, state=Submission.State.REJECTED).order_by("-judged_at")
        for submission in rejected:
            receipt = quality_queries.receipt(worker, submission.pk)
            if receipt.appeal is not None:
                continue
            appeal = file_appeal(
                worker, "submission", submission.pk, "I followed the clause; please look at the left edge again."
            )
            if won is not None:
                judge = next(one for one in (people["max"], people["mia"]) if one.pk != appeal.first_judge_id)
                clock.advance(timedelta(hours=2))
                decide_appeal(
                    judge, appeal.pk, "won" if won else "lost", "The answer fits the clause; the rejection was wrong."
                )
            return
