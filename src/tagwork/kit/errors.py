"""The base of every refusal an operation may raise; the edges map `code` to a status in one table each."""

from collections.abc import Callable
from typing import Any, ClassVar


class Refusal(Exception):
    """Something was asked that may not be. `code` is stable; the text says what happened, why, what next."""

    code = "refused"
    # Rules raise refusals and never reach Django: the kit's app puts gettext here when the application starts.
    translate: ClassVar[Callable[[str], str]] = staticmethod(str)

    def __init__(self, text: str = "", *, next_step: str = "", **extra: Any) -> None:
        super().__init__(text)
        self._said = text
        self.next_step = next_step
        self.extra = extra

    @property
    def text(self) -> str:
        """In the language of whoever asked; `str()` of a refusal is English, for the log."""
        return Refusal.translate(self._said) if self._said else ""


class NotFound(Refusal):
    """It does not exist, or this person may not know that it does."""

    code = "not_found"


class WrongState(Refusal):
    """The thing is not in a state from which this can be done."""

    code = "wrong_state"


class Forbidden(Refusal):
    """This person may know of it, but may not do this."""

    code = "forbidden"


class Invalid(Refusal):
    """The request itself is wrong; `extra["errors"]` lists each field."""

    code = "invalid"
