"""The floor: claim and submit in one bare Django file, as a Django developer would write them in an afternoon.

Five tables, the ORM, one transaction a request: who asks (token), the next open task, a validated answer, its score,
two ledger rows, the worker's balance. No rights beyond the token, no idempotency, lease, gold, guideline, image
address or audit. It speaks the routes of the real site, so that the same load runs on both. Not a product: it says
what Django on this server reaches here at all.

    python -m bench.floor DATABASE_URL WORKERS TASKS     makes the tables
    DATABASE_URL=… granian --interface wsgi bench.floor:application
"""

import json
import os
import sys

import django
from django.conf import settings

from tagwork.config.database import database_from_url

settings.configure(
    SECRET_KEY="floor",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
    INSTALLED_APPS=[],
    DATABASES={"default": database_from_url(os.environ.get("DATABASE_URL") or sys.argv[1])},
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

PRICE_MICROS = 2_500
OPTIONS = ["brick", "grass", "gravel"]


class Account(models.Model):
    token = models.CharField(max_length=40, unique=True)
    balance_micros = models.BigIntegerField(default=0)

    class Meta:
        app_label = "floor"


class Task(models.Model):
    project_id = models.IntegerField()
    state = models.SmallIntegerField(default=0)
    worker_id = models.BigIntegerField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["project_id", "id"], name="floor_open", condition=models.Q(state=0))]


class Submission(models.Model):
    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    worker = models.ForeignKey(Account, on_delete=models.PROTECT)
    answer = models.JSONField()
    score = models.FloatField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "floor"
        constraints = [models.UniqueConstraint(fields=["task", "worker"], name="floor_once")]


class Entry(models.Model):
    transaction_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True)
    amount_micros = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "floor"


def _caller(request: HttpRequest) -> Account:
    return Account.objects.get(token=request.headers["Authorization"].split()[1])


def _next_task(worker: Account, project_id: int) -> dict[str, object] | None:
    tasks = Task.objects.filter(project_id=project_id, state=0).order_by("id")
    if connection.vendor == "postgresql":
        tasks = tasks.select_for_update(skip_locked=True)
    task = tasks.first()
    if task is None:
        return None
    task.state, task.worker_id, task.claimed_at = 1, worker.pk, timezone.now()
    task.save(update_fields=["state", "worker_id", "claimed_at"])
    return {"id": str(task.pk), "images": [{"url": f"/image/{task.pk}.jpg"}], "options": OPTIONS}


def claim(request: HttpRequest, project_id: int) -> JsonResponse:
    worker = _caller(request)
    with transaction.atomic():
        task = _next_task(worker, project_id)
    return JsonResponse({"assignments": [task]}) if task else JsonResponse({}, status=204)


def submit(request: HttpRequest, task_id: int) -> JsonResponse:
    worker = _caller(request)
    body = json.loads(request.body)
    labels = [one["label"] for one in body["annotations"]]
    if len(labels) != 1 or labels[0] not in OPTIONS:
        return JsonResponse({"error": "choose one"}, status=422)
    score = float(labels == OPTIONS[:1])
    with transaction.atomic():
        if not Task.objects.filter(pk=task_id, worker_id=worker.pk, state=1).update(state=2):
            return JsonResponse({"error": "not yours"}, status=409)
        project_id = Task.objects.values_list("project_id", flat=True).get(pk=task_id)
        made = Submission.objects.create(task_id=task_id, worker=worker, answer=body["annotations"], score=score)
        # The client's side carries no balance row: one hot row would measure the lock, not the server.
        Entry.objects.bulk_create(
            [
                Entry(transaction_id=made.pk, account=None, amount_micros=-PRICE_MICROS),
                Entry(transaction_id=made.pk, account=worker, amount_micros=PRICE_MICROS),
            ]
        )
        Account.objects.filter(pk=worker.pk).update(balance_micros=F("balance_micros") + PRICE_MICROS)
        following = [_next_task(worker, project_id)] if body["next"] else []
    return JsonResponse(
        {"submission": {"id": made.pk, "score": score}, "next": [t for t in following if t]}, status=201
    )


urlpatterns = [
    path("api/v1/work/projects/<int:project_id>/claim", claim),
    path("api/v1/work/assignments/<int:task_id>/submit", submit),
]
application = get_wsgi_application()


def make_tables(workers: int, tasks: int) -> None:
    with connection.schema_editor() as editor:
        for model in (Account, Task, Submission, Entry):
            editor.create_model(model)
    Account.objects.bulk_create(Account(token=f"worker-{number}") for number in range(workers))
    for start in range(0, tasks, 2000):
        Task.objects.bulk_create(Task(project_id=1) for _ in range(min(2000, tasks - start)))


if __name__ == "__main__":
    make_tables(int(sys.argv[2]), int(sys.argv[3]))
