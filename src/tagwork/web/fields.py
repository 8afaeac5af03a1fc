"""Form fields that more than one area uses."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from tagwork.core.money import format_usd, parse_usd
from tagwork.kit.errors import Refusal


class AmountField(forms.CharField):
    """Dollars as people write them ("12.50", "$0.002"); cleans to whole micros, exactly. "" cleans to None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_usd(text)
        except ValueError as error:
            raise forms.ValidationError(sentence(str(error))) from None

    def prepare_value(self, value: Any) -> Any:
        """Micros as the initial value; what somebody typed stays as they typed it."""
        return format_usd(value).lstrip("$") if isinstance(value, int) else value


def add_refusal(form: forms.Form, refusal: Refusal, **names: str) -> None:
    """Show a refusal at the fields it names, under the form's names for them; what has no field stands on top."""
    for error in refusal.extra.get("errors", ()):
        field = names.get(error.get("field", ""), error.get("field", ""))
        form.add_error(field if field in form.fields else None, sentence(gettext(error["message"])))
    if not form.errors:
        form.add_error(None, refusal.text)


def sentence(message: str) -> str:
    """A room's "must be …" as a sentence."""
    text = message[:1].upper() + message[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
