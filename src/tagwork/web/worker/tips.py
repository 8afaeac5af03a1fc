"""Tips for good work, by lesson: what careful workers do, and the common faults as pairs of pictures.

The pictures are drawn by scripts/draw_tips.py from the scenes of core, with the truth and with the fault drawn on them.
"""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Fault(NamedTuple):
    """Pictures web/tips/<name>-right.webp and <name>-wrong.webp, and what each shows."""

    name: str
    right: Text
    wrong: Text

    @property
    def right_file(self) -> str:
        return f"web/tips/{self.name}-right.webp"

    @property
    def wrong_file(self) -> str:
        return f"web/tips/{self.name}-wrong.webp"


class Tips(NamedTuple):
    lesson: str
    title: Text
    rules: tuple[Text, ...]
    faults: tuple[Fault, ...]


TIPS: Final[tuple[Tips, ...]] = (
    Tips(
        "classification",
        _("Choosing a word"),
        (
            _("Look at the whole image before the first tap; the small thing at the edge often decides."),
            _("Two answers fit? Take the one the guideline names. None? Flag it: a flag never costs accuracy."),
        ),
        (
            Fault(
                "classification",
                _("Rain: the drops decide, though the sky is grey."),
                _("Not “cloud”: grey alone would be, but there are drops."),
            ),
        ),
    ),
    Tips(
        "detection",
        _("Boxes"),
        (
            _("Touch the outermost visible pixels: no air, no cut edges. Zoom in for small objects."),
            _("Of a thing that is partly hidden, box what you see, unless the guideline says otherwise."),
            _("Go over the image in rows before you submit; most rejections are objects that were missed."),
        ),
        (
            Fault(
                "detection",
                _("All four sides touch the apple, stem included."),
                _("Air on two sides, and the stem is cut off."),
            ),
        ),
    ),
    Tips(
        "segmentation",
        _("Outlines"),
        (
            _("Set points where the edge turns, few on straight parts. A curve needs more points than a corner."),
            _("Cut out holes that show the background. A shadow is not part of the thing."),
        ),
        (
            Fault(
                "segmentation",
                _("A point at each tip and at each bend between two arms."),
                _("The bends are cut short: what lies between the arms is sand."),
            ),
        ),
    ),
    Tips(
        "masks",
        _("Painting"),
        (
            _("A thick brush for the middle, a thin one for the edge. Zoom in before you paint the edge."),
            _("Switch to the eraser instead of painting twice."),
        ),
        (Fault("masks", _("The paint ends where the shell ends."), _("The shadow is painted too.")),),
    ),
    Tips(
        "points",
        _("Points"),
        (
            _("One point in the middle of each thing. Hold the finger down for the magnifying glass."),
            _("Count twice: once while you set points, once with the list."),
        ),
        (Fault("points", _("Every pin has its point, in the middle."), _("Off the middle, and one pin was missed.")),),
    ),
    Tips(
        "lines",
        _("Lines"),
        (
            _("Along the middle, from one end to the other, also where the end is at the border."),
            _("Closer points in a bend, fewer on a straight part."),
        ),
        (Fault("lines", _("The line follows every bend."), _("Too few points: the bends are cut short.")),),
    ),
    Tips(
        "transcription",
        _("Text"),
        (
            _("Copy what stands there, also mistakes, capitals and dots. Do not translate."),
            _("A letter that cannot be read is not guessed: do what the guideline says for unreadable parts."),
        ),
        (
            Fault(
                "transcription",
                _("Every word and number, as it stands there."),
                _("The number is missing, and the box holds the pole."),
            ),
        ),
    ),
    Tips(
        "turned-boxes",
        _("Turned boxes"),
        (
            _("First turn, then pull the sides: a box at the wrong angle can never fit."),
            _("Long things: lay the long side along the thing."),
        ),
        (
            Fault(
                "turned-boxes",
                _("The box lies as the card lies."),
                _("An upright box leaves air at all four corners."),
            ),
        ),
    ),
    Tips(
        "ellipses",
        _("Ovals"),
        (_("Put its middle on the middle of the thing first; then turn it, then pull its sides."),),
        (Fault("ellipses", _("The oval lies on the edge of the dish."), _("Not turned: it cuts two sides off.")),),
    ),
    Tips(
        "skeletons",
        _("Joints"),
        (
            _("Set them in the order that is asked for; left and right are those of the body, not yours."),
            _("A joint behind something else is marked as covered, where it must be."),
        ),
        (Fault("skeletons", _("Base, elbow, head, each in its middle."), _("Base and head are swapped.")),),
    ),
    Tips(
        "cuboids",
        _("Cuboids"),
        (
            _("First the front, with all four corners where they are; then the back."),
            _("A corner behind the thing lies where its edges would meet; it is not judged."),
        ),
        (
            Fault(
                "cuboids",
                _("The front lies on the side with the label, the back on the far edges."),
                _("The front goes round the whole crate: nothing is left for its depth."),
            ),
        ),
    ),
    Tips(
        "custom",
        _("Several kinds together"),
        (
            _("One question after the other for the whole image: first the words, then the boxes, then the details."),
            _("Open the list before you submit: it names what is still missing."),
        ),
        (
            Fault(
                "custom",
                _("Each apple has its box, and each box its answer."),
                _("The green apple has no box: it is an apple too, though not ripe."),
            ),
        ),
    ),
)
BY_LESSON: Final = {tips.lesson: tips for tips in TIPS}
