import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from tagwork.kit import clock
from tagwork.kit.models import AuditEntry
from tagwork.people.models import TaxDetails
from tagwork.people.operations.save_tax_details import save_tax_details
from tagwork.quality.operations.moderate import moderate
from tests.builders import people, work
from tests.builders.browsers import browser
from tests.unit.payouts.conftest import set_policy

pytestmark = pytest.mark.django_db


def earned_forty_cents() -> None:
    project = work.open_project(1, price={"base_micros": 400_000, "object_micros": 0, "max_objects": 0})
    moderate(people.moderator(), work.submitted(work.reader(project), project).pk, "approved")


def test_nobody_is_asked_until_the_years_pay_comes_near_the_sum() -> None:
    earned_forty_cents()
    member = browser(people.worker(), is_fresh=True)
    for threshold, is_asked in ((0, False), (500_001, False), (500_000, True)):
        # 80 % of $0.50 is $0.40
        set_policy("payouts.tax_form_from_micros", threshold)
        assert (reverse("tax") in member.get(reverse("profile")).content.decode()) is is_asked
        assert ("Country of tax residence" in member.get(reverse("tax")).content.decode()) is is_asked


def test_a_worker_saves_sees_the_end_of_the_number_and_removes_it() -> None:
    member = browser(people.worker(), is_fresh=True)
    assert member.post(reverse("tax"), {"form": "w8ben", "country": "KE", "number": ""}).status_code == 422
    given = {"form": "w8ben", "country": "KE", "number": "A00123456Z"}
    assert member.post(reverse("tax"), given).status_code == 302
    page = member.get(reverse("tax")).content.decode()
    assert "…56Z" in page and "A00123456Z" not in page
    assert member.post(reverse("tax"), {"step": "remove"}).status_code == 302
    assert not TaxDetails.objects.exists()


def test_who_is_not_fresh_is_asked_again_and_who_is_not_signed_in_signs_in() -> None:
    given = {"form": "w8ben", "country": "KE", "number": "A00123456Z"}
    assert "reauthenticate" in browser(people.worker()).post(reverse("tax"), given)["Location"]
    assert Client().get(reverse("tax")).status_code == 302
    assert not TaxDetails.objects.exists()


def test_the_years_file_has_the_end_of_the_number_and_the_whole_one_only_on_the_record() -> None:
    earned_forty_cents()
    save_tax_details(people.worker(), "w8ben", "KE", "A00123456Z")
    path = reverse("operate-year-file", args=[clock.now().year])
    at_desk = browser(people.operator(), is_fresh=True)
    [row] = csv.DictReader(io.StringIO(at_desk.get(path).content.decode()))
    assert (row["tax_form"], row["tax_country"], row["tax_number"]) == ("w8ben", "KE", "…56Z")
    assert not AuditEntry.objects.filter(action="tax_numbers.exported").exists()
    asked = at_desk.post(path)
    assert asked.status_code == 302 and not AuditEntry.objects.filter(action="tax_numbers.exported").exists()
    assert browser(people.worker(), is_fresh=True).post(path).status_code == 404
