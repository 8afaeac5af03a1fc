"""Whether answers are right: gold, verdicts, appeals, reports."""

from django.db import models

from tagwork.kit.ids import new_id


class Gold(models.Model):
    """A task whose right answer is known. To the queue and to a worker it is a task like any other."""

    class State(models.TextChoices):
        ACTIVE = "active"
        RETIRED = "retired"

    task = models.OneToOneField("work.Task", on_delete=models.PROTECT, primary_key=True, related_name="+")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    expected = models.JSONField()
    nothing_to_mark = models.BooleanField(default=False)
    schema_number = models.PositiveIntegerField()
    explanation = models.CharField(max_length=1000, blank=True)
    # The guideline's clause that it tests, by its heading: the numbers of clauses move from version to version.
    clause_title = models.CharField(max_length=200, blank=True)
    answered = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    disputes_won = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_because = models.CharField(max_length=200, blank=True)
    # What it rejected up to here is repaired, also when it was marked anew since.
    misled_until = models.DateTimeField(null=True)


class Verdict(models.Model):
    """What was decided of a submission, by whom, and on what evidence. Append-only: an appeal or a repair adds one."""

    class By(models.TextChoices):
        GOLD = "gold"
        MODERATOR = "moderator"
        TIMER = "timer"
        APPEAL = "appeal"
        # The gold that rejected it was found wrong: nobody needs to appeal.
        REPAIR = "repair"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.ForeignKey("work.Submission", on_delete=models.PROTECT, related_name="verdicts")
    is_approved = models.BooleanField()
    by = models.CharField(max_length=9, choices=By.choices)
    moderator = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    mark = models.JSONField(null=True)
    note = models.CharField(max_length=2000, blank=True)
    # [{"mark": {"box" or "point"}, "text"}]: what is said of places on the image, in the order it was said.
    comments = models.JSONField(null=True)
    expected = models.JSONField(null=True)
    score = models.JSONField(null=True)
    paid_micros = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["submission", "-created_at"], name="verdict_newest"),
            models.Index(fields=["moderator", "-created_at"], name="verdict_moderator"),
        ]
        constraints = [
            # N1: no rejection without a reason code, a clause and a mark (gold's mark is the expected answer).
            models.CheckConstraint(
                condition=models.Q(is_approved=True)
                | (
                    ~models.Q(reason_code="")
                    & ~models.Q(clause="")
                    & (models.Q(mark__isnull=False) | models.Q(expected__isnull=False))
                ),
                name="rejection_needs_evidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(by="moderator") | models.Q(moderator__isnull=False), name="moderator_is_named"
            ),
        ]


class Correction(models.Model):
    """What a moderator made of an approved answer for the dataset. The worker's answer, its verdict and its pay stay
    what they are, and the moderator is paid nothing for it. Append-only."""

    submission = models.OneToOneField(
        "work.Submission", on_delete=models.PROTECT, primary_key=True, related_name="correction"
    )
    moderator = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    # Canonical JSON, as the answer it stands in for.
    answer = models.TextField()
    answer_sha256 = models.CharField(max_length=64)
    nothing_to_mark = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class PlannedVerdict(models.Model):
    """A gold verdict that waits: it comes out on the clock of the others, so that haste tells nobody what was gold."""

    submission = models.OneToOneField("work.Submission", on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_approved = models.BooleanField()
    reason_code = models.CharField(max_length=40, blank=True)
    score = models.JSONField()
    accepted_objects = models.PositiveIntegerField()
    publish_at = models.DateTimeField(db_index=True)


class SecondReview(models.Model):
    """A rejection by a moderator whose brake is on: it counts only when another moderator says the same.

    The row stays when the verdict is there: whoever asked first had a part in it and decides no appeal against it.
    """

    submission = models.OneToOneField("work.Submission", on_delete=models.CASCADE, primary_key=True, related_name="+")
    first_moderator = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=40)
    clause = models.CharField(max_length=20)
    mark = models.JSONField()
    note = models.CharField(max_length=2000, blank=True)
    comments = models.JSONField(null=True)
    created_at = models.DateTimeField()


class FlagDecision(models.Model):
    flag = models.OneToOneField("work.Flag", on_delete=models.PROTECT, primary_key=True, related_name="+")
    moderator = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    is_justified = models.BooleanField()
    clause = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()


class Report(models.Model):
    """Anything somebody wants looked at. Its answer is in words; an appeal is the way to change a decision."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=4000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=4000, blank=True)
    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="report_open", condition=models.Q(state="open"))]


class Dispute(models.Model):
    """A client says that an approved answer is wrong. It decides what the dataset holds, never pay or accuracy."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        DISMISSED = "dismissed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.OneToOneField("work.Submission", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=4000)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    note = models.CharField(max_length=4000, blank=True)
    decided_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="dispute_open", condition=models.Q(state="open"))]


class Appeal(models.Model):
    """A decision asked to be looked at again by somebody else. Overdue counts as won, save against a fraud ban."""

    class State(models.TextChoices):
        OPEN = "open"
        WON = "won"
        LOST = "lost"
        WITHDRAWN = "withdrawn"

    class Decision(models.TextChoices):
        SUBMISSION = "submission"
        FLAG = "flag"
        RESTRICTION = "restriction"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=Decision.choices)
    decision_id = models.UUIDField()
    text = models.CharField(max_length=4000)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    # Who may not decide it: whoever made the decision.
    first_judge = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    needs_operator = models.BooleanField(default=False)
    # It was decided by the second signer of the ban, since the house had no operator without a part in it.
    no_uninvolved_operator = models.BooleanField(default=False)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=4000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "decision_id"], name="appeal_once_per_decision"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="appeal_open", condition=models.Q(state="open")),
            models.Index(fields=["person", "-filed_at"], name="appeal_person"),
        ]
