"""Exports: a dataset asked for, made in the background, kept for its client."""

from django.db import models

from tagwork.kit.ids import new_id


class Export(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    file_key = models.CharField(max_length=120, blank=True)
    byte_size = models.BigIntegerField(null=True)
    images = models.PositiveIntegerField(null=True)
    answers = models.PositiveIntegerField(null=True)
    requested_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
