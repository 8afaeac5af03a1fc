"""Follow a line from one end to the other."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="lines",
    title="Follow the line",
    intro=(
        "Some tasks ask for a road, a wire or an edge as a line. You set points along the middle of it, from one end "
        "to the other: closer together where it bends, farther apart where it is straight. Enter, or the last point "
        "once more, ends the line."
    ),
    schema=parse_schema({"labels": [{"name": "cord", "kinds": ["polyline"]}], "allow_nothing": True}),
    scene_kind="desk",
    items=(
        Item("1", GUIDED, 8, "Follow the cord from one end to the other, along its middle."),
        Item("2", CHECKED, 9, "Follow the cord along its middle, and go all the way to both ends."),
        Item("3", CHECKED, 11, "Follow every cord. If there is none, press “Nothing to mark”."),
    ),
    expected=lambda truth: figures(truth, ["cord"], "polyline"),
    why={
        "passed": "Right: the line follows the cord from end to end.",
        "missed_object": "A cord has no line yet.",
        "extra_object": "One line has no cord under it: take it away.",
        "imprecise_shape": "The line leaves the cord: more points in the bends, and go on to both ends.",
        "wrong_nothing": "There is a cord here: follow it from one end to the other.",
    },
)
