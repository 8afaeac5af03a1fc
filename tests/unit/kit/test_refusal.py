"""A refusal is told in the language of whoever asked and logged in ours."""

from django.utils import translation
from django.utils.translation import gettext

from tagwork.kit.errors import Refusal, WrongState


def test_its_text_is_in_the_language_of_whoever_asked_and_its_name_in_the_log_is_not() -> None:
    refusal = WrongState("Yes")  # a word of Django's own catalogue: ours need not be compiled here
    with translation.override("es"):
        assert refusal.text == gettext("Yes") == "Sí"
        assert str(refusal) == "Yes"
    assert refusal.text == "Yes"


def test_a_refusal_without_words_stays_without() -> None:
    # gettext("") would answer with the head of the catalogue.
    with translation.override("es"):
        assert Refusal().text == ""
