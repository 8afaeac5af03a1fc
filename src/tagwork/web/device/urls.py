from django.urls import path

from tagwork.web.device import pages

urlpatterns = [
    # At the root: a service worker serves the folder it lies in.
    path("service-worker.js", pages.service_worker, name="service-worker"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("offline/", pages.offline, name="offline"),
]
