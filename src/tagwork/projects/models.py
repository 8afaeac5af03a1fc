"""What a client asks for: label schema, guideline, images, price, budget. Nothing about who works on it."""

from django.db import models

from tagwork.kit.ids import new_id, opaque_id


class Project(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        LIVE = "live"
        PAUSED = "paused"
        CLOSING = "closing"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Derived from the schema in force (core.schema), kept here so that the feed needs no JSON.
    task_type = models.CharField(max_length=16, blank=True)
    difficulty = models.CharField(max_length=8, blank=True)
    overlap = models.PositiveSmallIntegerField(default=1)
    is_sensitive = models.BooleanField(default=False)
    gold_wanted = models.BooleanField(default=True)
    # Workers pass the client's exam before their first task (tutorial.Exam); here so that a claim reads nothing more.
    has_exam = models.BooleanField(default=False)
    # Some task has suggestions of a model (work.Suggestion); here so that a claim of other projects reads nothing more.
    has_suggestions = models.BooleanField(default=False)
    # Who helps with marking on the server: "" nobody, "grabcut", or "onnx:" and the name of an operator's model.
    server_assist = models.CharField(max_length=48, blank=True, default="")
    # The most that may ever be reserved for this project, pay and fee together.
    budget_micros = models.BigIntegerField(default=0)
    # Seconds a task typically takes: the client's estimate until it is measured over 20 answers.
    estimated_milliseconds = models.PositiveIntegerField(default=10_000)
    measured_milliseconds = models.PositiveIntegerField(null=True)
    measured_hourly_micros = models.BigIntegerField(null=True)
    schema_number = models.PositiveIntegerField(default=0)
    guideline_number = models.PositiveIntegerField(default=0)
    price_number = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(overlap__gte=1, overlap__lte=20), name="project_overlap_sane"),
            models.CheckConstraint(condition=models.Q(budget_micros__gte=0), name="project_budget_not_negative"),
        ]
        indexes = [models.Index(fields=["state", "-launched_at"], name="project_feed")]


class LabelSchemaVersion(models.Model):
    """Immutable. An answer is judged by the version it was made under."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="schema_versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="schema_version_once")]


class GuidelineVersion(models.Model):
    """Immutable. `html` is sanitised; `clauses` is [{"id": "c1", "title": "…"}], so that a rejection can name one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="guideline_versions")
    number = models.PositiveIntegerField()
    markdown = models.TextField()
    html = models.TextField()
    clauses = models.JSONField(default=list)
    created_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="guideline_version_once")]


class PriceVersion(models.Model):
    """Immutable. Slots are reserved at `reserve_micros` each: the most one answer can cost, pay and fee together."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="price_versions")
    number = models.PositiveIntegerField()
    base_micros = models.BigIntegerField()
    object_micros = models.BigIntegerField(default=0)
    max_objects = models.PositiveIntegerField(default=0)
    fee_basis_points = models.PositiveIntegerField(default=0)
    reserve_micros = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="price_version_once"),
            models.CheckConstraint(
                condition=models.Q(base_micros__gte=0, object_micros__gte=0, reserve_micros__gt=0),
                name="price_not_negative",
            ),
        ]


class Image(models.Model):
    """One uploaded photograph. Workers never see its id, its name or its original bytes."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        REFUSED = "refused"

    class Purpose(models.TextChoices):
        TASK = "task"
        EXAMPLE = "example"

    id = models.UUIDField(primary_key=True, default=opaque_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="images")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.TASK)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, blank=True)
    original_key = models.CharField(max_length=120)
    byte_size = models.BigIntegerField()
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    # [{"key": "…", "width": 1080, "height": 720, "type": "image/avif"}], every one re-encoded without metadata.
    derivatives = models.JSONField(default=list)
    # A WebP of at most 24 px as a data: address; shown while the image loads and in place of a blurred one.
    placeholder = models.TextField(blank=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_text = models.CharField(max_length=300, blank=True)
    # Decoding takes seconds and no lock may be held meanwhile: a process takes an image for a while, and tries count.
    busy_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["project", "state", "id"], name="image_project_state"),
            models.Index(fields=["project", "sha256"], name="image_same_bytes"),
            models.Index(fields=["uploaded_at"], name="image_waiting", condition=models.Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=models.Q(state="ready", purpose="task"),
                name="image_once_per_project",
            )
        ]


class GuidelineExample(models.Model):
    """A good or a bad example, shown beside the guideline; follows the project, not one version."""

    class Kind(models.TextChoices):
        GOOD = "good"
        BAD = "bad"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="examples")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    caption = models.CharField(max_length=300)
    clause = models.CharField(max_length=20, blank=True)
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    annotations = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)


class AssistModel(models.Model):
    """An operator's own model that helps with marking; its contract (core.assist_models) was checked on the file.

    Never changed: another file is another version. The newest version that is not retired is asked.
    """

    name = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    licence = models.CharField(max_length=200)
    contract = models.JSONField()
    sha256 = models.CharField(max_length=64)
    file_key = models.CharField(max_length=120)
    byte_size = models.BigIntegerField()
    look_milliseconds = models.PositiveIntegerField()
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="assist_model_version_once")]


class GuidelineAcknowledgement(models.Model):
    """The newest version a worker said to have read, and when they last worked (a shift ends after four idle hours)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    worker = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "worker"], name="acknowledgement_once")]
