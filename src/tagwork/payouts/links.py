"""The link in the letter about a new destination: whoever reads the mail can undo it, signed in or not."""

from datetime import timedelta
from uuid import UUID

from django.core import signing

SALT = "tagwork.payouts.links.disown"
# Longer than the cool-down: until then nothing has gone there, afterwards it still stops what follows.
VALID_FOR = timedelta(days=14)


def disown_token(destination_id: UUID) -> str:
    return signing.TimestampSigner(salt=SALT).sign(str(destination_id))


def disowned_destination(token: str) -> UUID | None:
    """None for a text that is not ours, or too old."""
    try:
        return UUID(signing.TimestampSigner(salt=SALT).unsign(token, max_age=VALID_FOR))
    except signing.BadSignature:
        return None
