"""What the operations of this room refuse."""

from tagwork.kit.errors import Forbidden, Invalid, Refusal, WrongState


class NotAnOwner(Forbidden):
    """Only an owner of the organisation may do this."""

    code = "not_an_owner"


class LastOwner(WrongState):
    """An organisation keeps at least one owner: somebody must be able to pay and to close it."""

    code = "last_owner"


class NotInvited(Forbidden):
    """The invitation is for another address, or was used or withdrawn."""

    code = "not_invited"


class BadProfile(Invalid):
    """A field of the profile is wrong; `extra["errors"]` names each."""

    code = "bad_profile"


class BadName(Invalid):
    """A name is empty or too long."""

    code = "bad_name"


class TooManyTokens(WrongState):
    """A person holds at most so many live tokens."""

    code = "too_many_tokens"


class NotAllowedToGrant(Forbidden):
    """Only an operator gives or takes a role, and never to or from themselves."""

    code = "not_allowed_to_grant"


class TooManyCodes(Refusal):
    """A code was sent a moment ago, or too many were lately; `extra["retry_after_seconds"]` says how long to wait."""

    code = "too_many_codes"


class WrongCode(Invalid):
    """The code is not the one that was sent last, is too old, was used, or was tried too often."""

    code = "wrong_code"
