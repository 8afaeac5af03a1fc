"""What somebody tried in the tutorial and what they passed. Unpaid, repeatable, never a verdict."""

from django.db import models


class Rendering(models.Model):
    """A practice picture with its exact truth, drawn once and kept together so that they can never disagree.

    `truth` is {"tags": {group: option}, "objects": [{"label", "box", "polygon", "attributes"}]} in px."""

    # SHA-256 of what it was drawn from (scenes.py); part of it is in the picture's address, for it is no secret.
    digest = models.CharField(max_length=64, primary_key=True)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    derivatives = models.JSONField()
    placeholder = models.TextField()
    truth = models.JSONField()
    created_at = models.DateTimeField()


class Attempt(models.Model):
    """One checked answer to one item."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    lesson = models.CharField(max_length=20)
    item = models.CharField(max_length=8)
    annotations = models.JSONField()
    nothing_to_mark = models.BooleanField(default=False)
    score = models.JSONField()
    passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["worker", "lesson", "-id"], name="attempt_newest")]


class Certificate(models.Model):
    """All items of a lesson were passed in one run; a run begins after the certificate before it."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    lesson = models.CharField(max_length=20)
    # The attempt that completed the run: what came later belongs to the next run.
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="certificate")
    passed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["worker", "lesson", "-passed_at"], name="certificate_newest")]
