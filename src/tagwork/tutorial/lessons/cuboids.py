"""Boxes in space, seen from a corner."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="cuboids",
    title="Draw a box in space",
    intro=(
        "Cars, parcels and crates fill space, and some tasks ask how much. You draw a box over the front, then tap "
        "where a corner of the back lies, then pull each corner to where it belongs. Here the front is the side with "
        "the paper label. The corner of the back that nobody can see is not judged."
    ),
    schema=parse_schema({"labels": [{"name": "crate", "kinds": ["cuboid"]}], "allow_nothing": True}),
    scene_kind="crates",
    items=(
        Item(
            "1",
            GUIDED,
            1,
            "Draw over the side with the label, tap the top corner of the back, then pull the corners to the crate's.",
        ),
        Item("2", CHECKED, 8, "Draw a cuboid on each crate, with the label on its front."),
        Item("3", CHECKED, 28, "Draw a cuboid on each crate. A drum is round and gets none."),
    ),
    expected=lambda truth: figures(truth, ["crate"], "cuboid"),
    why={
        "passed": "Right: front and back lie on the corners of every crate.",
        "missed_object": "A crate has no cuboid yet.",
        "extra_object": "One cuboid has no crate in it: take it away.",
        "imprecise_shape": "A cuboid does not fit well: front is the side with the label; pull each corner to its own.",
        "wrong_nothing": "There is a crate here: look again.",
    },
)
