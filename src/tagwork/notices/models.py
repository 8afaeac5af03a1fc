"""What a person is told inside Tagwork."""

from django.db import models

from tagwork.kit.ids import new_id
from tagwork.people.models import Person


class Notice(models.Model):
    """One line for one person, with where to look. Mail goes out beside it, for the kinds that merit a letter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=400)
    link = models.CharField(max_length=200, blank=True)
    # What it tells of: the same event is told once, however often its outbox row is delivered.
    event_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "event_key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_newest"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]
