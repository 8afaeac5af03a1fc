"""Draw along the outline of every thing of a kind."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, outlines

LESSON = Lesson(
    id="segmentation",
    title="Draw along the outline",
    intro=(
        "Some tasks ask for the exact shape of a thing. You set points along its outline, or paint it with the brush."
        " Put more points where it bends and fewer where it is straight; you can move them afterwards. Red shows what"
        " you missed, blue what is too much; at 75 % or more the shape is good."
    ),
    schema=parse_schema({"labels": [{"name": "starfish", "kinds": ["polygon", "mask"]}], "allow_nothing": True}),
    scene_kind="shells",
    items=(
        Item(
            id="1",
            kind=GUIDED,
            seed=4,
            instruction=(
                "Follow the dotted line round the starfish: one point at each tip and one at each bend between two "
                "arms. Press the first point again to close the shape."
            ),
        ),
        Item(
            id="2",
            kind=CHECKED,
            seed=5,
            instruction="Outline the starfish. Its shadow does not belong to it.",
        ),
        Item(
            id="3",
            kind=CHECKED,
            seed=6,
            instruction="Outline every starfish. Leave out the stone that lies on top of one.",
        ),
    ),
    expected=lambda truth: outlines(truth, ["starfish"]),
    why={
        "passed": "Right: every starfish has an outline that fits.",
        "missed_object": "A starfish has no outline yet: look at the whole picture.",
        "extra_object": "One outline has no starfish in it: take it away.",
        "imprecise_shape": "An outline does not fit well: go out to the tips, in between the arms, and leave the "
        "shadow out.",
        "wrong_nothing": "There is something to mark here: look for starfish again.",
    },
)
