"""Every page. Each area lists its own in `web/<area>/urls.py`; names are plain words with dashes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tagwork.web.account.urls")),
    path("", include("tagwork.web.worker.urls")),
    path("client/", include("tagwork.web.client.urls")),
    path("moderation/", include("tagwork.web.moderator.urls")),
    path("operate/", include("tagwork.web.operator.urls")),
]
