import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tagwork.kit.errors import Invalid
from tagwork.kit.sealing import seal, unseal
from tagwork.people.models import TaxDetails
from tagwork.people.operations.close_account import close_account
from tagwork.people.operations.save_tax_details import remove_tax_details, save_tax_details
from tagwork.people.queries import tax_details
from tests.builders import people
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db


def test_they_are_kept_encrypted_and_the_newest_counts() -> None:
    ana = people.worker()
    save_tax_details(ana, "w9", "US", "111-22-3333")
    save_tax_details(ana, "w8ben", "KE", "  A00 123  456Z ")
    row = TaxDetails.objects.get()
    assert b"A00" not in bytes(row.number_sealed) and row.country == "KE"
    view = tax_details([ana.pk])[ana.pk]
    assert (view.form, view.number, view.masked, view.country_name) == ("w8ben", "A00 123 456Z", "…56Z", "Kenya")


def test_a_copy_of_the_database_without_the_sites_key_reads_nothing(settings: Settings) -> None:
    sealed = seal("A00123456Z", TaxDetails.PURPOSE)
    assert unseal(sealed, TaxDetails.PURPOSE) == "A00123456Z"
    assert unseal(sealed, "something-else") is None
    assert seal("A00123456Z", TaxDetails.PURPOSE) != sealed
    settings.SECRET_KEY = "another-key-of-another-site-" + "x" * 40
    assert unseal(sealed, TaxDetails.PURPOSE) is None


@pytest.mark.parametrize(
    ("form", "country", "number", "field"),
    [
        ("w7", "US", "1", "form"),
        ("w9", "ZZ", "1", "country"),
        ("w9", "US", " ", "number"),
        ("w9", "US", "1" * 41, "number"),
    ],
)
def test_it_refuses_what_no_form_says(form: str, country: str, number: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        save_tax_details(people.worker(), form, country, number)
    assert [error["field"] for error in refusal.value.extra["errors"]] == [field]
    assert not TaxDetails.objects.exists()


def test_they_go_when_asked_and_with_the_account(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ana, ben = people.worker(), people.worker(2)
    for person in (ana, ben):
        save_tax_details(person, "other", "KE", "A1")
    with django_assert_num_queries(1):
        assert len(tax_details([ana.pk, ben.pk])) == 2
    for _ in range(2):
        remove_tax_details(ana)
    close_account(ben, by=ben)
    assert not TaxDetails.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_saved_twice_at_once_there_is_one_and_it_is_whole() -> None:
    worker = people.worker()
    given = [("w9", "US", "123-45-6789"), ("other", "KE", "A0123")]
    at_once(lambda number: save_tax_details(worker, *given[number]))
    found = tax_details([worker.pk])[worker.pk]
    assert (found.form, TaxDetails.objects.get().country, found.number) in given
