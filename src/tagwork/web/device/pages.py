"""What a device keeps of the site: the service worker with the list of the shell, the manifest, the offline page."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tagwork.people.access import Policy, policy
from tagwork.web.templatetags.tagwork import built_files, workbench

PAGE_FILES = ("web/icon.svg", "web/site.css", "web/site.js")
# Of the accent's ground and of both themes' ground (site.css); an icon on the home screen has no theme of its own.
ACCENT, GROUND = "#0b6470", "#f4f4f4"
ICON_SIZES_PX = (192, 512)


@require_safe
@policy(Policy.ANYONE)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The built script, and before it what it keeps ahead: another list is another script, so the browser takes it."""
    script = settings.WORKBENCH_DIST / "service-worker.js"
    if not script.is_file():
        raise Http404
    code = script.read_text()
    files = [*(static(name) for name in PAGE_FILES), *(f"{settings.STATIC_URL}{name}" for name in built_files())]
    version = hashlib.sha256(json.dumps(files).encode() + code.encode()).hexdigest()[:12]
    shell = {"version": version, "offline": reverse("offline"), "files": files}
    response = HttpResponse(f"self.SHELL={json.dumps(shell)};\n{code}", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@policy(Policy.ANYONE)
def manifest(request: HttpRequest) -> HttpResponse:
    """Web app manifest (W3C): what an installed Tagwork is called, looks like and opens."""
    icons: list[dict[str, Any]] = [
        {
            "src": static(f"web/icon-{kind}{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for kind, purpose in (("", "any"), ("maskable-", "maskable"))
        for size in ICON_SIZES_PX
    ]
    icons.append({"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"})
    response = JsonResponse(
        {
            "id": "/",
            "name": "Tagwork",
            "short_name": "Tagwork",
            "description": _("Paid image annotation: every answer is checked, approved work is paid."),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": ACCENT,
            "background_color": GROUND,
            "icons": icons,
            "shortcuts": [
                {"name": _("Work"), "url": "/work/"},
                {"name": _("What waits on this device"), "url": reverse("offline")},
            ],
        },
        content_type="application/manifest+json",
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
@policy(Policy.ANYONE)
def offline(request: HttpRequest) -> HttpResponse:
    """Without a line: what waits on this device and what it will earn. The same page for everybody: it is kept."""
    return render(request, "web/device/offline.html", {"island": workbench("offline")})
