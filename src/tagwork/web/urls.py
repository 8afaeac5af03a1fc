"""Every page. Each area lists its own in `web/<area>/urls.py`; names are plain words with dashes."""

from django.urls import URLPattern, URLResolver, include, path

from tagwork.web import health, hooks
from tagwork.web.files import serve_image

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("hooks/payouts/<slug:method>", hooks.payout_notice, name="hook-payouts"),
    path("i/<slug:purpose>/<str:alias>/<str:name>", serve_image, name="image"),
    path("", include("tagwork.web.device.urls")),
    path("", include("tagwork.web.account.urls")),
    path("", include("tagwork.web.public.urls")),
    path("", include("tagwork.web.worker.urls")),
    path("", include("tagwork.web.client.urls")),
    path("moderation/", include("tagwork.web.moderator.urls")),
    path("operator/", include("tagwork.web.operator.urls")),
]
