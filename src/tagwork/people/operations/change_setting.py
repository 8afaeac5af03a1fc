from typing import Any

from tagwork.kit import settings
from tagwork.kit.errors import Forbidden
from tagwork.people.models import Person


def change_setting(operator: Person, name: str, value: Any) -> None:
    """Give a versioned setting its next value, in the operator's name. Audited.

    Raises Forbidden, kit.settings.UnknownSetting, kit.settings.BadSetting.
    """
    if not (operator.is_operator and operator.is_active):
        raise Forbidden("Only an operator changes the rules in force.")
    settings.change(name, value, by=str(operator.pk))
