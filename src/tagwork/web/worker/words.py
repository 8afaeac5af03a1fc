"""The words of the worker's pages for codes of the rooms; nothing is decided here."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tagwork.work.models import Assignment

TASK_TYPES = {
    "classification": _("Classification"),
    "detection": _("Boxes"),
    "segmentation": _("Outlines"),
    "transcription": _("Reading text"),
    "points": _("Points"),
    "lines": _("Lines"),
    "custom": _("Several kinds together"),
}
DIFFICULTIES = {"easy": _("Easy"), "medium": _("Medium"), "hard": _("Hard")}
VERDICT_BY = {
    "gold": _("a known answer"),
    "moderator": _("a moderator"),
    "timer": _("the clock: nobody objected in time"),
    "appeal": _("an appeal"),
    "repair": _("us: the expected answer was wrong"),
}
LINE_KINDS = {
    "settle": _("Approved work"),
    "reversal": _("Correction"),
    "withdraw_request": _("Withdrawal"),
    "withdraw_cancelled": _("Withdrawal cancelled"),
    "withdraw_refunded": _("Withdrawal came back"),
}


class Block(NamedTuple):
    """What stands in the way of paid work, in a word or two, and the way out."""

    title: object
    text: object
    action: object
    path: str


BLOCKS = {
    "tutorial_required": Block(
        _("Tutorial first"),
        _("Paid work starts after the tutorial. It takes about five minutes and is unpaid."),
        _("Start the tutorial"),
        "/tutorial/",
    ),
    "profile_incomplete": Block(
        _("Profile not complete"),
        _("Paid work needs a few more things from your profile."),
        _("Complete the profile"),
        "/profile/",
    ),
    "opt_in_required": Block(
        _("Sensitive images"),
        _("It shows images that some people would rather not see. You can allow them in your profile."),
        _("Open the profile"),
        "/profile/",
    ),
    "restricted": Block(
        _("Closed to you for now"),
        _("A restriction is in force. Its evidence, its end and the way to appeal are on your standing page."),
        _("See why"),
        "/standing/",
    ),
    "throttled": Block(
        _("Fewer tasks for now"),
        _("You may take fewer tasks an hour at the moment."),
        _("See why"),
        "/standing/",
    ),
}
EXAM_BLOCK = Block(
    _("Exam first"),
    _("This project asks for an exam of its own before the first task. It is unpaid."),
    _("To the exam"),
    "",
)
OTHER_BLOCK = Block(_("That cannot be done now"), "", _("What to do next"), "")


def task_type(code: str) -> str:
    return str(TASK_TYPES.get(code, code.capitalize()))


def in_hand(held: Sequence[Assignment]) -> str:
    """What one goes on with: the tasks of the project that was begun first."""
    number = sum(one.project_id == held[0].project_id for one in held)
    text = ngettext("You hold %(number)s task in %(name)s.", "You hold %(number)s tasks in %(name)s.", number)
    return text % {"number": number, "name": held[0].project.name}
