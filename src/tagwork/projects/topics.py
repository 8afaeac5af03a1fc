"""Outbox topics of this room. The aggregate is `project:<id>`; for an image `image:<id>` (images need no order)."""

from typing import Final

# {"project_id", "image_id"}: a task image can be worked on
IMAGE_READY: Final = "projects.image_ready"
# {"project_id"}: the state moved
LAUNCHED: Final = "projects.launched"
PAUSED: Final = "projects.paused"
RESUMED: Final = "projects.resumed"
CLOSING: Final = "projects.closing"
CLOSED: Final = "projects.closed"
# {"project_id", "fields": ["price", …]}: new versions or settings are in force
CHANGED: Final = "projects.changed"
