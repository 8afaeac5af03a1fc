from django.db import transaction

from tagwork.kit import clock
from tagwork.people import codes
from tagwork.people.errors import WrongCode
from tagwork.people.models import MailCode, Person


def use_mail_code(person: Person, typed: str) -> None:
    """Accepts the newest code once. Raises WrongCode; a wrong try is counted although it is refused."""
    if not _use(person, typed):
        raise WrongCode("This is not the code of the newest letter, or it is too old. Look again, or send another one.")


@transaction.atomic
def _use(person: Person, typed: str) -> bool:
    newest = MailCode.objects.select_for_update().filter(person=person).order_by("-sent_at").first()
    if newest is None or newest.used_at is not None or newest.tries >= codes.MOST_TRIES:
        return False
    now = clock.now()
    if now - newest.sent_at > codes.VALID_FOR:
        return False
    newest.tries += 1
    is_right = codes.is_number_of(newest.id, typed)
    if is_right:
        newest.used_at = now
    newest.save(update_fields=["tries", "used_at"])
    return is_right
