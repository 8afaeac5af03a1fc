"""The smallest picture of an image, under an address signed for the client who looks."""

from dataclasses import dataclass
from datetime import timedelta

from tagwork.kit import clock
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.models import Image

# A page that lies open is still looked at; a leaked address is worth nothing to others anyway.
MINUTES = 60


@dataclass(frozen=True)
class Thumbnail:
    """`url` is the JPEG every browser shows; `avif_url` the smaller file, "" when there is none."""

    url: str
    avif_url: str
    width_px: int
    height_px: int


def thumbnail(image: Image, person: Person) -> Thumbnail | None:
    """None while the image is not ready."""
    if image.state != Image.State.READY:
        return None
    shown = queries.image_json(
        image,
        account_id=str(person.pk),
        purpose=Purpose.CLIENT,
        expires_at=clock.now() + timedelta(minutes=MINUTES),
    )
    smallest = min(source["width"] for source in shown["sources"])
    by_type = {source["type"]: source["url"] for source in shown["sources"] if source["width"] == smallest}
    avif = by_type.pop("image/avif", "")
    height = max(1, round(smallest * shown["height"] / shown["width"]))
    return Thumbnail(next(iter(by_type.values()), avif), avif, smallest, height)
