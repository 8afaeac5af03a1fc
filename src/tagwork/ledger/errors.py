"""What the ledger refuses, and why."""

from tagwork.kit.errors import NotFound, Refusal, WrongState


class Unbalanced(Refusal):
    """The lines of a journal do not sum to zero, or move nothing between two places."""

    code = "unbalanced"


class InsufficientFunds(Refusal):
    """An account that may not be negative would be. `needed` is what the posting takes from it, in micros."""

    code = "insufficient_funds"

    def __init__(self, ref: tuple[str, str], balance: int, needed: int) -> None:
        super().__init__(f"{ref[0]} of {ref[1]} holds {balance} micros, {needed} are needed")
        self.ref = ref
        self.balance = balance
        self.needed = needed


class KeyReused(Refusal):
    """The idempotency key stands for something else already."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key} was used before for something else")
        self.key = key


class UnknownHold(NotFound):
    """No hold has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no hold {key}")
        self.key = key


class WrongHoldState(WrongState):
    """The hold has left the states from which this move starts."""

    def __init__(self, key: str, state: str, wanted: str) -> None:
        super().__init__(f"hold {key} is {state} and cannot become {wanted}")
        self.key = key
        self.state = state
        self.wanted = wanted


class OverHold(Refusal):
    """More was to be paid than the hold promised."""

    code = "over_hold"

    def __init__(self, key: str) -> None:
        super().__init__(f"hold {key} promised less than this settlement pays")
        self.key = key


class UnknownJournal(NotFound):
    """No journal has this identifier."""


class NotReversible(Refusal):
    """The journal was reversed before, or its reversal would take approved pay from a worker."""

    code = "not_reversible"
