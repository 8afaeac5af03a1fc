"""What an operator writes down of a client's money, that it arrived or was sent back: one form, one way to keep it."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import format_usd
from tagwork.kit.errors import Refusal
from tagwork.kit.ids import encode, opaque_id
from tagwork.people.models import Organisation, Person
from tagwork.web.fields import AmountField, add_refusal

# client, micros, reference, operator, idempotency key
Keep = Callable[[Organisation, int, str, Person, str], object]


class ClientMoneyForm(forms.Form):
    organisation = forms.ChoiceField(label=_("Client"))
    amount = AmountField(label=_("Amount in US dollars"))
    reference = forms.CharField(
        label=_("Reference"), max_length=200, help_text=_("What the bank or the service calls this payment.")
    )
    # One key for each time the form is drawn: sending it twice records once.
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, clients: Iterable[tuple[Organisation, str]]) -> None:
        """`clients`, each with the words it is chosen by."""
        super().__init__(data, initial={"key": str(opaque_id())})
        found = list(clients)
        self._clients = {encode("o", one.pk): one for one, _words in found}
        choices = [(encode("o", one.pk), words) for one, words in found]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = [("", _("Choose")), *choices]

    def kept(self, request: HttpRequest, keep: Keep, text: Any) -> bool:
        """Whether it was written down, which the next page says by `text` (of %(amount)s and %(name)s); else the form
        says why not."""
        if not self.is_valid():
            return False
        given = self.cleaned_data
        client = self._clients[given["organisation"]]
        try:
            keep(client, given["amount"], given["reference"], cast(Person, request.user), given["key"])
        except Refusal as refusal:
            add_refusal(self, refusal, amount_micros="amount")
            return False
        messages.success(request, text % {"amount": format_usd(given["amount"]), "name": client.name})
        return True
