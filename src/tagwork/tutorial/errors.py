"""What this room refuses."""

from tagwork.kit.errors import Invalid


class InvalidAnswer(Invalid):
    """The answer breaks the lesson's label schema; `extra["errors"]` names every fault."""

    code = "invalid_annotations"
