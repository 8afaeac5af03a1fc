from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock, outbox
from tagwork.people import codes
from tagwork.people.errors import TooManyCodes
from tagwork.people.models import MailCode, Person

TOPIC = "people.mail_code"


@transaction.atomic
def send_mail_code(person: Person) -> MailCode:
    """A new code on its way to the person's address; the ones before it are worth nothing from now on.

    Raises TooManyCodes.
    """
    # The person's row makes two requests wait for each other, so that the limits hold.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    now = clock.now()
    lately = list(
        MailCode.objects.filter(person=person, sent_at__gt=now - timedelta(hours=1)).order_by("-sent_at")[
            : codes.MOST_AN_HOUR
        ]
    )
    may_at = now
    if lately:
        may_at = lately[0].sent_at + codes.PAUSE
    if len(lately) == codes.MOST_AN_HOUR:
        may_at = max(may_at, lately[-1].sent_at + timedelta(hours=1))
    if may_at > now:
        wait_seconds = int((may_at - now).total_seconds()) + 1
        raise TooManyCodes(
            gettext(
                "A code was sent a moment ago. Look for the letter; another can be sent in %(wait_seconds)s seconds."
            )
            % {"wait_seconds": wait_seconds},
            retry_after_seconds=wait_seconds,
        )
    code = MailCode.objects.create(person=person, sent_at=now)
    outbox.publish(TOPIC, f"person:{person.pk}", {"code_id": str(code.id), "person_id": str(person.pk)})
    return code
