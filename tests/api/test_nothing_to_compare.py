"""Two workers compare what they got, or one worker looks for gold: there is nothing to find (C7, C9, G16)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tagwork.kit.ids import decode, encode
from tagwork.projects.models import Project
from tagwork.quality.operations.examine import examine_submissions, top_up_gold
from tagwork.work.models import Assignment, Task
from tagwork.work.operations.release import release
from tests.builders import gold, people, work

pytestmark = pytest.mark.django_db


def texts(value: Any) -> Iterator[str]:
    """Every text and number of a document that could name something."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield from re.findall(r"[A-Za-z0-9_\-]{6,}", value)


def everything_of(api: Any, project: Project) -> dict[str, Any]:
    """All that a worker is shown of the task they take: the claim, the lease, the answer, the receipt."""
    [a] = api.post(f"/work/projects/{work.public(project)}/claim").json()["assignments"]
    shown = {"claim": a, "lease": api.get(f"/work/assignments/{a['id']}").json()}
    body = {"annotations": [work.BOX], "active_seconds": 5}
    made = api.post(f"/work/assignments/{a['id']}/submit", body, key="k").json()
    examine_submissions()
    shown |= {
        "submitted": made,
        "list": api.get("/me/submissions").json(),
        "receipt": api.get(f"/me/submissions/{made['submission']['id']}").json(),
    }
    return shown


@pytest.mark.parametrize("lane", ["ordinary", "gold"])
def test_two_workers_of_one_task_see_no_common_identifier(caller, lane: str) -> None:
    project = gold.open_project(ordinary=2, gold=1, overlap=2) if lane == "gold" else work.open_project(1, overlap=2)
    if lane == "gold":
        gold.always_drawn(project)
        top_up_gold()
        release(project.pk)
    first, second = (everything_of(caller(work.reader(project, number)), project) for number in (1, 2))
    assert Assignment.objects.values("task").distinct().count() == 1
    # What is of the project, of its versions or of the rules is the same for everybody.
    common = set(texts(first)) & set(texts(second))
    other = work.open_project(1)
    of_the_project = set(texts(caller(work.reader(project, 3)).get("/work/projects").json()))
    of_any_task = set(texts(everything_of(caller(work.reader(other, 4)), other)))
    of_the_project |= {work.public(project), *re.findall(r"[A-Za-z0-9_\-]{6,}", project.name)}
    assert {one for one in common - of_the_project - of_any_task if not _is_time(one)} == set()
    task = Task.objects.get(pk=Assignment.objects.filter(project=project).values("task")[:1])
    image = task.images.get().image
    for secret in (str(image.pk), image.pk.hex, encode("i", image.pk), image.file_name, image.sha256, f"t_{task.pk}"):
        assert secret not in str(first) + str(second)


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}|\d{6,}Z?", text))


def shape(value: Any) -> Any:
    """The form of a document: its keys in order, its types, the length of its texts; not what they say."""
    if isinstance(value, dict):
        return [(name, shape(one)) for name, one in value.items()]
    if isinstance(value, list):
        return [shape(one) for one in value]
    return (type(value).__name__, len(value)) if isinstance(value, str) else type(value).__name__


def test_gold_and_ordinary_tasks_look_the_same_to_the_byte_count(caller) -> None:
    project = gold.open_project(ordinary=3, gold=1)
    gold.always_drawn(project)
    worker = work.reader(project)
    api = caller(worker)
    forms, headers = {}, {}
    for _ in range(2):
        response = api.post(f"/work/projects/{work.public(project)}/claim")
        [a] = response.json()["assignments"]
        lane = Assignment.objects.get(pk=decode("a", a["id"])).task.lane
        made = api.post(f"/work/assignments/{a['id']}/submit", {"annotations": [work.BOX]}, key=a["id"])
        examine_submissions()
        receipt = api.get(f"/me/submissions/{made.json()['submission']['id']}")
        forms[lane] = [shape(one.json()) for one in (response, made, receipt)]
        headers[lane] = [sorted(one.headers) for one in (response, made, receipt)]
    assert set(forms) == {0, 1}
    assert forms[0] == forms[1] and headers[0] == headers[1]


def test_nothing_of_the_worker_reaches_moderators_and_nothing_but_a_pseudonym_reaches_clients(caller) -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    made = work.submitted(worker, project)
    moderator = people.moderator()
    TOTP.activate(moderator, generate_totp_secret())
    seen = caller(moderator).get(f"/moderation/submissions/{encode('s', made.pk)}").content.decode()
    seen += caller(moderator).get("/moderation/queue").content.decode()
    tasks = caller(project.created_by).get(f"/projects/{work.public(project)}/tasks")
    seen += tasks.content.decode()
    for secret in (worker.email, worker.display_name, str(worker.pk), encode("p", worker.pk), worker.pk.hex):
        assert secret not in seen
    [assignment] = tasks.json()["items"][0]["assignments"]
    assert assignment["state"] == "submitted" and len(assignment["worker"]) >= 6
