"""What somebody tried in the tutorial and what they passed. Unpaid, repeatable, never a verdict."""

from django.db import models


class Rendering(models.Model):
    """A practice picture with its exact truth, drawn once and kept together so that they can never disagree.

    `truth` is {"tags": {group: option}, "objects": [{"label", "box", "polygon", "mask", "attributes", "figure"}],
    "texts": [{"text", "of"}]} in px; `mask` is in COCO's run lengths, `figure` as in core.scenes."""

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


class SetAside(models.Model):
    """A task with a known answer that is asked for pay no more: an exam asks it, or anybody may practise on it."""

    class Use(models.TextChoices):
        EXAM = "exam"
        PRACTICE = "practice"

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    image = models.ForeignKey("projects.Image", on_delete=models.CASCADE, related_name="+")
    use = models.CharField(max_length=8, choices=Use.choices)
    schema_number = models.PositiveIntegerField()
    expected = models.JSONField()
    explanation = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "image"], name="set_aside_once")]
        indexes = [models.Index(fields=["use", "project"], name="set_aside_use")]


class Exam(models.Model):
    """What a client asks of everybody before the first task of a project. `Project.has_exam` says that it is on."""

    project = models.OneToOneField("projects.Project", on_delete=models.CASCADE, primary_key=True, related_name="+")
    pass_percent = models.PositiveSmallIntegerField()
    attempts = models.PositiveSmallIntegerField()
    wait_hours = models.PositiveSmallIntegerField()
    changed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pass_percent__gte=1, pass_percent__lte=100, attempts__gte=1), name="exam_sane"
            )
        ]


class Sitting(models.Model):
    """One attempt at an exam; its terms and items are those of the moment when it began."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    item_ids = models.JSONField()
    pass_percent = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_passed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "project", "number"], name="sitting_once"),
            models.CheckConstraint(
                condition=models.Q(is_passed=False) | models.Q(ended_at__isnull=False), name="sitting_ends_to_pass"
            ),
        ]


class SittingAnswer(models.Model):
    """The one answer to an item of a sitting: an exam is not practice."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(SetAside, on_delete=models.PROTECT, related_name="+")
    annotations = models.JSONField()
    reason_code = models.CharField(max_length=40, blank=True)
    is_right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="sitting_answer_once")]


class Refreshed(models.Model):
    """A worker said to have read the tips of this lesson's kind of work."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    lesson = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "lesson"], name="refreshed_once")]
