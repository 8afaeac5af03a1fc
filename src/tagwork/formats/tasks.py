"""What the outbox brings to this room."""

from tagwork.formats.operations import export_dataset
from tagwork.kit import outbox


def listen() -> None:
    """Called once, when the application starts."""
    outbox.subscribe(export_dataset.TOPIC, export_dataset.make_exports)
