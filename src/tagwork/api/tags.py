"""`{% load api %}`: what a page may take along of the API, so that its script need not ask for it.

A page is of the web room, which does not know this one; the settings introduce the two.
"""

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from tagwork.api.routes import work

register = template.Library()


@register.simple_tag(takes_context=True)
def leased_tasks(context: Context, project: str) -> SafeString:
    """The tasks this person holds, as GET /work/assignments tells them, and the image of the first one of `project`
    (its public id) asked for at once. On a slow line either would cost the first task a round trip."""
    request = context["request"]
    # Whoever may see this page may list the own tasks; the API would find the person by the same session.
    request.auth = request.user
    listed = json.loads(work.list_assignments(request).content)
    first = next((one for one in listed["items"] if one["project_id"] == project), None)
    images = first["images"] if first and not _saves_data(request) else []
    return format_html("{}\n{}", _preload(images[0]) if images else "", json_script(listed, "leased"))


def _saves_data(request: HttpRequest) -> bool:
    """As chosen for this device (workbench/src/ui/look-panel.tsx), else as the browser was told."""
    return request.COOKIES.get("tagwork_data", "low" if request.headers.get("Save-Data") == "on" else "") == "low"


def _preload(image: dict[str, Any]) -> SafeString:
    """The browser chooses the width; the script asks it which (workbench/src/ui/picture.ts)."""
    best = [one for one in image["sources"] if one["type"] == image["sources"][0]["type"]]
    srcset = ", ".join(f"{one['url']} {one['width']}w" for one in best)
    # Fitted into the page's width and, below the bar and above the buttons, about six tenths of its height.
    fitted = f"min(100vw, {60 * image['width'] / image['height']:.0f}vh)"
    # No more than two device pixels for each of the page's: a phone would pay for what nobody sees.
    sizes = f"(min-resolution: 2.5dppx) calc(0.7 * {fitted}), {fitted}"
    return format_html(
        '<link rel="preload" as="image" type="{}" imagesrcset="{}" imagesizes="{}" fetchpriority="high">',
        best[0]["type"],
        srcset,
        sizes,
    )
