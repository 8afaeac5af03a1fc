"""What this room has to say when somebody wants to close their account."""

from django.utils.translation import gettext

from tagwork.people.models import Membership, Person
from tagwork.projects.models import Project
from tagwork.work.models import Assignment

_GOING_ON = (Project.State.LIVE, Project.State.PAUSED, Project.State.CLOSING)


def work_that_holds(person: Person) -> list[str]:
    """A task in hand, and projects that would have nobody left to answer for them."""
    reasons = []
    if Assignment.objects.filter(worker=person, state=Assignment.State.LEASED).exists():
        reasons.append(gettext("You hold a task: hand it in or skip it."))
    for membership in Membership.objects.filter(person=person).select_related("organisation"):
        organisation = membership.organisation
        is_alone = organisation.memberships.count() == 1
        if is_alone and Project.objects.filter(organisation=organisation, state__in=_GOING_ON).exists():
            text = gettext("%(organisation)s has a project that is not closed and no other member: close it first.")
            reasons.append(text % {"organisation": organisation.name})
    return reasons
