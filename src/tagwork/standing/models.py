"""What we hold about a worker's trust: checked answers, skill, restrictions."""

from django.db import models

from tagwork.kit.ids import new_id


class CheckedAnswer(models.Model):
    """One answer that was checked. Append-only: a verdict that is overturned adds a newer row for the same subject.

    Standing is the fold of the newest row of each subject, so that an appeal that is won repairs everything.
    """

    class Source(models.TextChoices):
        GOLD = "gold"
        MODERATOR = "moderator"
        CONSENSUS = "consensus"
        APPEAL = "appeal"

    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    task_type = models.CharField(max_length=16)
    project_id = models.UUIDField()
    subject = models.CharField(max_length=80)
    source = models.CharField(max_length=10, choices=Source.choices)
    # None takes the answer out of the count (a gold that misled, a verdict that was withdrawn).
    is_correct = models.BooleanField(null=True)
    settings_version = models.BigIntegerField()
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["worker", "task_type", "-answered_at"], name="checked_window"),
            models.Index(fields=["subject"], name="checked_subject"),
        ]


class Skill(models.Model):
    """The fold for one worker and task type, kept so that a claim needs one row."""

    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    task_type = models.CharField(max_length=16)
    checked = models.PositiveIntegerField(default=0)
    correct = models.PositiveIntegerField(default=0)
    window_checked = models.PositiveIntegerField(default=0)
    window_correct = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=8, default="starter")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "task_type"], name="skill_once")]


class Restriction(models.Model):
    """A limit on what a worker may do. It names its evidence, its scope and its end; it can be appealed."""

    class Kind(models.TextChoices):
        WARNING = "warning"
        RETRAINING = "retraining"
        THROTTLE = "throttle"
        PAUSE = "pause"
        SUSPENSION = "suspension"
        BAN = "ban"

    class State(models.TextChoices):
        # A ban waits for its second person; until then it is no ban (a suspension may stand beside it).
        PROPOSED = "proposed"
        ACTIVE = "active"
        ENDED = "ended"
        LIFTED = "lifted"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    # "all", "type:detection" or "project:<uuid>"
    scope = models.CharField(max_length=60, default="all")
    reason = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    # {"subjects": ["submission:…"], "counts": {…}, "settings_version": 0}: enough to check the decision by.
    evidence = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=40)
    second_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["worker"], name="restriction_active", condition=models.Q(state="active")),
            models.Index(fields=["ends_at"], name="restriction_due", condition=models.Q(state="active")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="ban", state="active") | ~models.Q(second_by=""), name="ban_takes_two_people"
            ),
        ]
