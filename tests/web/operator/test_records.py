"""Django's admin: every record of these rooms can be looked up by an operator and changed by nobody."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.builders import people, work
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db

OURS = ("kit", "people", "projects", "work", "quality", "standing")


def registered() -> list[str]:
    return sorted(
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in admin.site._registry
        if model._meta.app_label in OURS
    )


def test_every_room_has_its_records() -> None:
    assert {name.split("_")[0] for name in registered()} == set(OURS)


def test_an_operator_lists_and_searches_every_kind_of_record_and_adds_none() -> None:
    project = work.open_project()
    work.submitted(work.reader(project), project)
    at_browser = browser(people.operator())
    for name in registered():
        assert at_browser.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
        assert at_browser.get(reverse(f"admin:{name}_changelist"), {"q": "a"}).status_code == 200, name
        assert at_browser.get(reverse(f"admin:{name}_add")).status_code == 403, name


def test_a_record_is_shown_and_not_changed() -> None:
    project = work.open_project()
    at_browser = browser(people.operator())
    path = reverse("admin:projects_project_change", args=[project.pk])
    assert at_browser.get(path).status_code == 200
    assert at_browser.post(path, {"name": "Stolen"}).status_code == 403
    project.refresh_from_db()
    assert project.name != "Stolen"


def test_nobody_else_sees_a_record() -> None:
    for person in (people.worker(), people.moderator(), people.client().person):
        assert browser(person).get(reverse("admin:work_submission_changelist"), follow=True).status_code == 404
