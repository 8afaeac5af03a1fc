"""Letters: plain text, one template each, sent at once."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string


def send_letter(to: str, name: str, context: Mapping[str, Any]) -> None:
    """Write `notices/letters/<name>.txt` to an address; its first line is the subject.

    Called from the outbox, which tries again, and never in a transaction: a letter may come twice when the server took
    it and the answer was lost.
    Raises what the mail server says.
    """
    text = render_to_string(f"notices/letters/{name}.txt", {**context, "site_url": settings.SITE_URL})
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])
