"""A notice is written in the language of whom it tells."""

import pytest
from django.utils import translation

from tagwork.notices.language import speaking_to
from tagwork.people.operations.choose_language import choose_language
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_it_speaks_the_language_of_the_person() -> None:
    worker = people.worker()
    choose_language(worker, "es")
    with speaking_to(worker.pk):
        assert translation.get_language() == "es"
    assert translation.get_language() == "en"


def test_it_speaks_english_to_who_chose_nothing() -> None:
    with translation.override("es"), speaking_to(people.worker().pk):
        assert translation.get_language() == "en"


@pytest.mark.usefixtures("catalogue")
def test_what_is_written_inside_is_translated() -> None:
    worker = people.worker()
    choose_language(worker, "es")
    with speaking_to(worker.pk):
        assert translation.gettext("A withdrawal was sent.") == "Se envió un retiro."
