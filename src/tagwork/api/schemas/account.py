"""Answers about oneself: money, proofs, own answers with their receipts, standing."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tagwork.api.schemas.drawing import Annotation, BoxMark, Kind, LabelSchema, PointMark
from tagwork.api.schemas.shared import (
    AppealState,
    Assist,
    Clause,
    Decision,
    Image,
    Price,
    ProjectName,
    ReasonCode,
    ReportState,
    When,
    one_of,
)
from tagwork.api.schemas.tasks import SkipCounts, Submission
from tagwork.quality.models import Appeal as AppealRow
from tagwork.quality.models import Verdict as VerdictRow
from tagwork.standing.models import Restriction as RestrictionRow


class Me(Schema):
    """`csrf`: the name of the cookie whose value goes into X-CSRFToken."""

    id: str
    email: str
    display_name: str
    roles: list[Literal["worker", "moderator", "operator", "client"]]
    profile_percent: int
    missing_fields: list[str]
    tutorial_passed: bool
    csrf: str


class Balance(Schema):
    pending_micros: int
    main_micros: int
    held_micros: int


class ProofStep(Schema):
    side: Literal["left", "right"]
    hash: str
    sum_micros: int


class ProofLine(Schema):
    amount_micros: int
    at: str
    kind: str
    subject: str
    journal: str


class ProofItem(Schema):
    """One account, its place in the tree, and the lines that add up to it (null where they are too many)."""

    kind: str
    owner: str
    amount_micros: int
    nonce: str
    path: list[ProofStep]
    lines: list[ProofLine] | None


class Proof(Schema):
    """What `tagwork ledger check-proof` reads."""

    format: str
    checkpoint: dict[str, Any]
    signature: str
    public_key: str
    items: list[ProofItem]


class Transaction(Schema):
    """One movement of the main balance; `project`, `rate_micros` and `verdict` where it is pay."""

    id: str
    kind: str
    amount_micros: int
    at: When
    subject: str | None
    project: ProjectName | None
    rate_micros: int | None
    verdict: str | None


class Transactions(Schema):
    items: list[Transaction]
    next: str | None


class SubmissionLine(Submission):
    project: ProjectName
    task_type: str
    submitted_at: When
    judged_at: When | None
    paid_micros: int


class SubmissionLines(Schema):
    items: list[SubmissionLine]
    next: str | None


class ScoredObject(Schema):
    """One expected object with what answered it; a text is an object beside the shape it stands in."""

    expected_id: str | None
    given_id: str | None
    label: str
    kind: Kind
    similarity: float
    outcome: Literal["matched", "weak", "missed", "extra", "wrong_label", "wrong_attribute"]


class ScoredTags(Schema):
    group: str
    image: int
    expected: list[str]
    given: list[str]
    similarity: float
    outcome: Literal["matched", "wrong"]


class Score(Schema):
    passed: bool
    similarity: float
    objects: list[ScoredObject]
    tags: list[ScoredTags]
    reason_code: ReasonCode | None


class Comment(Schema):
    """What a moderator says of one place on the image."""

    mark: BoxMark | PointMark
    text: str


class Verdict(Schema):
    verdict: Decision
    by: Annotated[str, one_of(VerdictRow.By.values)]
    reason_code: ReasonCode | None
    reason_text: str | None
    clause: Clause | None
    mark: BoxMark | PointMark | None
    note: str
    comments: list[Comment]
    expected: list[Annotation] | None
    score: Score | None
    paid_micros: int
    at: When


class DecisionName(Schema):
    kind: Annotated[str, one_of(AppealRow.Decision.values)]
    id: str


class Appeal(Schema):
    id: str
    state: AppealState
    decision: DecisionName
    text: str
    filed_at: When
    due_at: When
    decided_at: When | None
    note: str
    no_uninvolved_operator: Annotated[
        bool,
        Field(description="The ban's second signer decided: the house had no operator without a part in it."),
    ]


class Appeals(Schema):
    items: list[Appeal]
    next: str | None


class Report(Schema):
    id: str
    state: ReportState
    subject: str
    text: str
    filed_at: When
    due_at: When
    answer: str
    answered_at: When | None


class Reports(Schema):
    items: list[Report]
    next: str | None


class Correction(Schema):
    """What the dataset holds in place of the answer. It changed neither the verdict nor the pay."""

    annotations: list[Annotation]
    nothing_to_mark: bool
    at: When


class Receipt(SubmissionLine):
    """Own answer beside the expected one, the rule, the versions, the effect on pay, and the way to appeal."""

    guideline_version: int
    schema_version: int
    schema_: LabelSchema = Field(alias="schema")
    images: list[Image]
    annotations: list[Annotation]
    assists: dict[str, Assist]
    nothing_to_mark: bool
    tier: str
    price: Price
    approve_at: When | None
    verdict: Verdict | None
    appeal: Appeal | None
    can_appeal_until: When | None
    correction: Correction | None


class SkillWindow(Schema):
    checked: int
    correct: int


class Skill(Schema):
    """`accuracy_interval`: 95 % Wilson interval of the share that was right in the window, 0 to 1."""

    task_type: str
    tier: str
    checked: int
    correct: int
    window: SkillWindow
    accuracy_interval: tuple[float, float]


class OwnSkipRate(SkipCounts):
    rate_percent: int


class RestrictionEvidence(Schema):
    """What the decision rests on: submissions and flags by id, and figures that depend on the kind."""

    model_config = ConfigDict(extra="allow")
    subjects: list[str]


class Restriction(Schema):
    """`scope`: all, type:<task type> or project:<id>."""

    id: str
    kind: Annotated[str, one_of(RestrictionRow.Kind.values)]
    state: Annotated[str, one_of(RestrictionRow.State.values)]
    scope: str
    text: str
    evidence: RestrictionEvidence
    starts_at: When
    ends_at: When | None


class Standing(Schema):
    skills: list[Skill]
    skip: OwnSkipRate
    restrictions: list[Restriction]
