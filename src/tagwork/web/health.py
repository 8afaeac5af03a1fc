"""Is this process alive, is it ready, and how does the house stand: for load balancers, scripts and Prometheus."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from tagwork.kit.queries import undelivered_events
from tagwork.kit.triggers import missing_triggers
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts.queries import counts_by_state
from tagwork.people.access import Policy, policy
from tagwork.work.queries import queue_depths


@policy(Policy.ANYONE)
def healthz(request: HttpRequest) -> HttpResponse:
    """200 once this process answers; in a demo only after seeding, since scripts wait for it."""
    if settings.IS_DEMO and not (Path(settings.DATA_DIR) / "demo-seeded").exists():
        return JsonResponse({"status": "seeding"}, status=503)
    return JsonResponse({"status": "ok"})


@policy(Policy.ANYONE)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and keeps its triggers."""
    try:
        missing = missing_triggers(connection)
    except Exception:
        return JsonResponse({"status": "database unreachable"}, status=503)
    if missing:
        return JsonResponse({"status": "triggers missing"}, status=503)
    return JsonResponse({"status": "ready"})


@policy(Policy.ANYONE)
def metrics(request: HttpRequest) -> HttpResponse:
    """Read from the database at each scrape, so that any web process gives the same answer. Nothing about a person.

    The house's balances are nobody's business: with a bearer token only; without one set, in a demo only.
    """
    wanted = f"Bearer {settings.METRICS_TOKEN}" if settings.METRICS_TOKEN else None
    if not settings.IS_DEMO and (
        wanted is None or not constant_time_compare(request.headers.get("Authorization", ""), wanted)
    ):
        return HttpResponse("TAGWORK_METRICS_TOKEN\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    _gauge(registry, "tagwork_queue", "Rows of the queue by what they are.", "kind", queue_depths())
    _gauge(registry, "tagwork_withdrawals", "Withdrawals by state.", "state", counts_by_state())
    _gauge(registry, "tagwork_ledger_micros", "Balances by kind of account.", "kind", totals_by_kind())
    _gauge(registry, "tagwork_outbox", "Undelivered events.", "state", undelivered_events())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _gauge(registry: CollectorRegistry, name: str, text: str, label: str, values: dict[str, int]) -> None:
    gauge = Gauge(name, text, [label], registry=registry)
    for key, value in values.items():
        gauge.labels(str(key)).set(value)
