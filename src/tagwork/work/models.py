"""The queue of tasks and what workers do with them. It does not know which tasks are gold, nor any verdict's reason."""

from typing import TYPE_CHECKING

from django.db import models

from tagwork.kit.ids import new_id

if TYPE_CHECKING:
    from tagwork.projects.models import Image


class Task(models.Model):
    """One image under one label schema: the unit of work. `open_slots` answers may be claimed at this moment.

    `lane` is opaque here: quality puts tasks into lanes, the project's lane schedule says how often each is drawn.
    `position` is random, so that the order of upload tells nothing and a cursor can start anywhere.
    """

    # Each index is paid for by every claim: an index that begins like another one is left out (here and below).
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+", db_index=False)
    lane = models.PositiveSmallIntegerField(default=0)
    position = models.BigIntegerField()
    open_slots = models.PositiveIntegerField(default=0)
    # Answers that were ever wanted of it (the overlap, then redos and further answers); slots are opened up to this.
    answers_wanted = models.PositiveIntegerField(default=1)
    slots_opened = models.PositiveIntegerField(default=0)
    # While a justified flag waits for the client's answer no slot is opened.
    is_held = models.BooleanField(default=False)
    price = models.ForeignKey("projects.PriceVersion", on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    # Filled by queries.tasks_of; not columns.
    first_file_name: str
    listed_assignments: "list[Assignment]"

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "lane", "position"], name="task_open", condition=models.Q(open_slots__gt=0)
            ),
            models.Index(
                fields=["project", "-lane", "id"],
                name="task_unopened",
                condition=models.Q(slots_opened__lt=models.F("answers_wanted"), is_held=False),
            ),
            models.Index(fields=["project", "id"], name="task_project"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(open_slots__gte=0), name="task_slots_not_negative"),
            models.CheckConstraint(
                condition=models.Q(open_slots__lte=models.F("slots_opened")), name="task_slots_within_opened"
            ),
        ]


class TaskImage(models.Model):
    """The images of a task, by position; one image is enforced for now."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey("projects.Image", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="task_image_once"),
            models.UniqueConstraint(fields=["image"], name="image_in_one_task"),
            models.CheckConstraint(condition=models.Q(position=0), name="task_image_one_for_now"),
        ]


class Suggestion(models.Model):
    """What the client's model proposes for a task: shown to workers until they accept, change or reject it.

    Never changed: another proposal is another version, and the newest one is shown, to those who work under the same
    label schema. `annotations` are canonical, each with the model's `confidence` where it said one.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="suggestions", db_index=False)
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=80)
    schema_number = models.PositiveIntegerField()
    annotations = models.JSONField()
    given_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "version"], name="suggestion_version_once")]


class Queue(models.Model):
    """One row per project: what the queue knows of it.

    `lane_steps` is written by whoever puts tasks into lanes: the first step that fits "tasks of this type taken so far"
    says how often a lane is drawn: [{"below": 30, "lane": 1, "one_in": 3}, {"below": null, "lane": 1, "one_in": 10}].
    `put_in_micros` is what was ever moved into the project's escrow, refunds taken off; it stays within the budget.
    """

    project = models.OneToOneField("projects.Project", on_delete=models.CASCADE, primary_key=True, related_name="+")
    lane_steps = models.JSONField(default=list)
    put_in_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(put_in_micros__gte=0), name="queue_put_in_not_negative")
        ]


class Desk(models.Model):
    """One row per worker: the lock that makes one worker's claims serial, and how many tasks of a type they took."""

    worker = models.OneToOneField("people.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    # {"detection": 12}: what a lane schedule's "below" is compared with.
    taken = models.JSONField(default=dict)


class Seat(models.Model):
    """A worker's cursor in a lane of a project: starts at random, moves on, wraps once."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    lane = models.PositiveSmallIntegerField(default=0)
    position = models.BigIntegerField()
    # Lane 0 only: a claim after four idle hours starts a shift, and a shift starts with the guideline's changes.
    last_claim_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "project", "lane"], name="seat_once")]


class Assignment(models.Model):
    """A worker's claim on a task. What was promised is stamped on it: price, tier, schema and guideline version."""

    class State(models.TextChoices):
        LEASED = "leased"
        SUBMITTED = "submitted"
        SKIPPED = "skipped"
        FLAGGED = "flagged"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+", db_index=False)
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.LEASED)
    task_type = models.CharField(max_length=16)
    schema_number = models.PositiveIntegerField()
    guideline_number = models.PositiveIntegerField()
    # [[width_px, height_px], …] by image position: what an answer is validated against.
    image_sizes = models.JSONField()
    tier = models.CharField(max_length=8)
    base_micros = models.BigIntegerField()
    object_micros = models.BigIntegerField()
    max_objects = models.PositiveIntegerField()
    fee_basis_points = models.PositiveIntegerField()
    reserve_micros = models.BigIntegerField()
    leased_at = models.DateTimeField()
    lease_seconds = models.PositiveIntegerField()
    lease_expires_at = models.DateTimeField()
    lease_ends_at_latest = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    skip_reason = models.CharField(max_length=40, blank=True)

    # Filled by claim and by queries that fetched them anyway; not columns.
    images: "list[Image]"
    skip_counts: tuple[int, int]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "task"], name="assignment_once_per_worker_and_task")]
        indexes = [
            models.Index(fields=["worker"], name="assignment_live", condition=models.Q(state="leased")),
            models.Index(fields=["lease_expires_at"], name="assignment_due", condition=models.Q(state="leased")),
            models.Index(
                fields=["worker", "-finished_at"],
                name="assignment_history",
                condition=models.Q(finished_at__isnull=False),
            ),
            models.Index(fields=["project", "state"], name="assignment_project_state"),
        ]


class Draft(models.Model):
    """What a worker has drawn so far. It outlives the lease."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    revision = models.PositiveBigIntegerField()
    annotations = models.JSONField()
    saved_at = models.DateTimeField()


class Submission(models.Model):
    """An answer handed in. `answer` is canonical JSON and never changes; its pay is held under `hold_key`.

    Undone rows (`examined_at` null) are the outbox to quality: a row of its own for each would double the writes.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="submission")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="submissions")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+", db_index=False)
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    task_type = models.CharField(max_length=16)
    answer = models.TextField()
    answer_sha256 = models.CharField(max_length=64)
    object_count = models.PositiveIntegerField()
    nothing_to_mark = models.BooleanField(default=False)
    # What helped, by annotation (core.assists). Beside the answer, which scoring compares.
    assists = models.JSONField(default=dict)
    amount_micros = models.BigIntegerField()
    fee_micros = models.BigIntegerField()
    active_milliseconds = models.PositiveIntegerField()
    is_late = models.BooleanField(default=False)
    submitted_at = models.DateTimeField()
    examined_at = models.DateTimeField(null=True)
    # When the timer approves it if nobody said otherwise; null once it is judged or waits for another verdict.
    approve_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    paid_micros = models.BigIntegerField(default=0)
    # A rejected answer's money stays reserved until its appeal window or its appeal has ended.
    reserve_ended_at = models.DateTimeField(null=True)
    # Pay is not data: approved pays, used goes into datasets.
    is_used = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["submitted_at"], name="submission_unexamined", condition=models.Q(examined_at__isnull=True)
            ),
            models.Index(fields=["approve_at"], name="submission_timer", condition=models.Q(state="pending")),
            models.Index(fields=["worker", "-submitted_at"], name="submission_worker"),
            models.Index(
                fields=["judged_at"],
                name="submission_reserved",
                condition=models.Q(state="rejected", reserve_ended_at__isnull=True),
            ),
            models.Index(fields=["project", "state", "submitted_at"], name="submission_project"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_micros__gte=0), name="submission_amount_not_negative"),
            models.CheckConstraint(
                condition=models.Q(paid_micros__gte=0, paid_micros__lte=models.F("amount_micros")),
                name="submission_paid_within_held",
            ),
        ]

    @property
    def hold_key(self) -> str:
        return f"submission:{self.id}"


class Flag(models.Model):
    """The guideline does not decide this task. Base pay is held; a justified flag becomes a question to the client."""

    class State(models.TextChoices):
        OPEN = "open"
        JUSTIFIED = "justified"
        UNJUSTIFIED = "unjustified"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="flag")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="flags")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=40)
    note = models.CharField(max_length=1000, blank=True)
    amount_micros = models.BigIntegerField()
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reserve_ended_at = models.DateTimeField(null=True)
    # The client's answer to the question that a justified flag became.
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="flag_open", condition=models.Q(state="open"))]

    @property
    def hold_key(self) -> str:
        return f"flag:{self.id}"


class WorkAlert(models.Model):
    """A worker asked to be told when a project has work for them again. Told once, then the row goes."""

    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "project"], name="work_alert_once")]
