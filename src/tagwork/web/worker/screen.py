"""The test card: what a screen must show for work on images, asked of the person who sees it.

No browser tells a page about night colours, brightness or a filter of the system, so nothing is measured here: the card
shows what is hard to see and the answers say what got lost. Nothing is stored by us; the device keeps that it was done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from tagwork.people.access import Policy, policy

Text = str | Promise

GREYS: Final = tuple(range(0, 256, 17))
# Of 255, against black and against white. Five and four, so that one number is not read from the other.
DARK_DOTS: Final = (5, 9, 14, 20, 28)
LIGHT_DOTS: Final = (251, 247, 242, 234)
# Seen with the blue of the screen alone, which is what night colours take away: blue on black, yellow on white.
BLUE_DIGIT: Final = "4"
YELLOW_DIGIT: Final = "7"
DIGITS: Final = (("0", _("none")), ("1", "1"), ("4", "4"), ("7", "7"), ("9", "9"))
COLOURS: Final = (
    ("#000000", _("black")),
    ("#e69f00", _("orange")),
    ("#56b4e9", _("sky blue")),
    ("#009e73", _("green")),
    ("#f0e442", _("yellow")),
    ("#0072b2", _("blue")),
    ("#d55e00", _("red")),
    ("#cc79a7", _("pink")),
)
TEXT_SIZES: Final = (("12", _("Very small")), ("14", _("Small")), ("16", _("Usual")), ("20", _("Large")))


class Finding(NamedTuple):
    kind: str  # good or warn, as of notes
    title: Text
    text: Text


def _numbers(last: int) -> list[tuple[str, str]]:
    return [(str(number), str(number)) for number in range(last + 1)]


class ScreenForm(forms.Form):
    dark = forms.ChoiceField(
        label=_("How many dots are in the black square?"), choices=_numbers(6), widget=forms.RadioSelect
    )
    light = forms.ChoiceField(
        label=_("How many dots are in the white square?"), choices=_numbers(6), widget=forms.RadioSelect
    )
    blue = forms.ChoiceField(label=_("Which digit is in the black square?"), choices=DIGITS, widget=forms.RadioSelect)
    yellow = forms.ChoiceField(label=_("Which digit is in the white square?"), choices=DIGITS, widget=forms.RadioSelect)
    night = forms.ChoiceField(
        label=_("Are night colours on right now?"),
        choices=[("no", _("No")), ("yes", _("Yes")), ("unknown", _("I do not know"))],
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("Which is the smallest line you read without effort?"), choices=TEXT_SIZES, widget=forms.RadioSelect
    )


def findings(answers: Mapping[str, str]) -> Sequence[Finding]:
    """What the answers, as ScreenForm cleans them, say about greys, colours and text, in the order of the card."""
    return (
        _greys(seen_dark=int(answers["dark"]), seen_light=int(answers["light"])),
        _colours(blue=answers["blue"], yellow=answers["yellow"], night=answers["night"]),
        _text(int(answers["text"])),
    )


def _greys(*, seen_dark: int, seen_light: int) -> Finding:
    # The faintest dot of each square is lost on many a good screen in daylight: one less is still well.
    if seen_dark > len(DARK_DOTS) or seen_light > len(LIGHT_DOTS):
        return Finding(
            "warn",
            _("Greys: there are fewer dots than you counted"),
            _("Wipe the screen and count again: dust and reflections look like dots, and also like small objects."),
        )
    if seen_dark < len(DARK_DOTS) - 1:
        return Finding(
            "warn",
            _("Greys: dark steps are lost"),
            _("Make the screen brighter, turn away from windows and lamps, switch battery-saving modes off."),
        )
    if seen_light < len(LIGHT_DOTS) - 1:
        return Finding(
            "warn",
            _("Greys: light steps are lost"),
            _("Make the screen a little darker or lower its contrast; look at a laptop straight from the front."),
        )
    return Finding("good", _("Greys: this screen shows the steps"), _("Nothing to change."))


def _colours(*, blue: str, yellow: str, night: str) -> Finding:
    if night == "yes":
        return Finding(
            "warn",
            _("Colours: night colours are on"),
            _("Switch them off for work in which colour decides. White looks yellow, and blue and black come close."),
        )
    if blue != BLUE_DIGIT or yellow != YELLOW_DIGIT:
        return Finding(
            "warn",
            _("Colours: blue is weak on this screen"),
            _(
                "Night colours or an eye-comfort mode look like that: see the settings of the device. A worn screen"
                " or eyes that see blue weakly give the same result: then choose work in which colour does not decide."
            ),
        )
    return Finding(
        "good",
        _("Colours: blue is all there"),
        _("Night colours often start by themselves in the evening: come back when the screen looks warmer."),
    )


def _text(smallest: int) -> Finding:
    if smallest <= 14:
        return Finding("good", _("Text: you read the sizes used here"), _("Nothing to change."))
    return Finding(
        "warn",
        _("Text: make it larger"),
        _("Set a larger text in your browser or device. All pages and the work page follow, up to twice the size."),
    )


@policy(Policy.ANYONE)
def screen_test(request: HttpRequest) -> HttpResponse:
    """The card, and below it what the answers in the address say. A GET: the result is a link one may keep."""
    form = ScreenForm(request.GET if set(request.GET) & set(ScreenForm.base_fields) else None)
    back = request.GET.get("back", "")
    context: dict[str, Any] = {
        "form": form,
        "findings": findings(form.cleaned_data) if form.is_valid() else (),
        "back": back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "",
        "greys": [(f"#{grey:02x}{grey:02x}{grey:02x}", 20 * index) for index, grey in enumerate(GREYS)],
        "dark_dots": [(f"#{grey:02x}{grey:02x}{grey:02x}", 20 + 30 * index) for index, grey in enumerate(DARK_DOTS)],
        "light_dots": [(f"#{grey:02x}{grey:02x}{grey:02x}", 35 + 30 * index) for index, grey in enumerate(LIGHT_DOTS)],
        "colours": [(colour, name, 40 * index) for index, (colour, name) in enumerate(COLOURS)],
        "sizes": TEXT_SIZES,
    }
    return render(request, "web/worker/screen.html", context)
