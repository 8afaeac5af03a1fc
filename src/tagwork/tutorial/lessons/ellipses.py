"""Round things seen from any side."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="ellipses",
    title="Draw an oval",
    intro=(
        "Wheels, plates and cells are round or oval. You draw over the thing from corner to corner as with a box; an "
        "oval appears inside. Then pull its sides and turn it by the round grip until its line lies on the edge."
    ),
    schema=parse_schema({"labels": [{"name": "dish", "kinds": ["ellipse"]}], "allow_nothing": True}),
    scene_kind="desk",
    items=(
        Item("1", GUIDED, 2, "Draw over the oval dish, then pull and turn the oval until it lies on the dotted line."),
        Item("2", CHECKED, 8, "Draw an oval along the edge of the dish; its shadow stays out."),
        Item("3", CHECKED, 3, "Draw an oval along the edge of each dish."),
    ),
    expected=lambda truth: figures(truth, ["dish"], "ellipse"),
    why={
        "passed": "Right: every dish has an oval that fits.",
        "missed_object": "A dish has no oval yet.",
        "extra_object": "One oval has no dish in it: take it away.",
        "imprecise_shape": "An oval does not fit well: turn it as the dish lies, then pull its sides to the edge.",
        "wrong_nothing": "There is a dish here: look again.",
    },
)
