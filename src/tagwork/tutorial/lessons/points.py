"""Put one point in the middle of every thing of a kind."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="points",
    title="Put a point on it",
    intro=(
        "Some tasks count things, or ask for one exact spot. You put one point in the middle of every thing of the "
        "kind that is asked for. Hold your finger down and a magnifying glass shows where the point will be; let go "
        "to set it."
    ),
    schema=parse_schema({"labels": [{"name": "pin", "kinds": ["point"]}], "allow_nothing": True}),
    scene_kind="desk",
    items=(
        Item("1", GUIDED, 15, "There are two round pins. Put one point in the middle of each."),
        Item("2", CHECKED, 0, "Put a point in the middle of every pin. The round ends of the lamp are no pins."),
        Item("3", CHECKED, 19, "Put a point in the middle of every pin, at the edge of the picture too."),
    ),
    expected=lambda truth: figures(truth, ["pin"], "point"),
    why={
        "passed": "Right: every pin has its point.",
        "missed_object": "A pin has no point yet: go over the picture row by row.",
        "extra_object": "One point is not on a pin: take it away.",
        "imprecise_shape": "A point lies off the middle: zoom in, or hold the finger down for the magnifying glass.",
        "wrong_nothing": "There is a pin here: look for the small round heads.",
    },
)
