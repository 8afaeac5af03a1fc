"""Paint a thing with the brush."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, masks

LESSON = Lesson(
    id="masks",
    title="Paint it",
    intro=(
        "Things with soft or ragged edges are painted. You choose a brush, thick for the middle and thin for the "
        "edge, and go over the thing; the eraser takes away what is too much. After a check, stripes show what you "
        "missed and what is too much."
    ),
    schema=parse_schema({"labels": [{"name": "scallop", "kinds": ["mask"]}], "allow_nothing": True}),
    scene_kind="shells",
    items=(
        Item(
            "1", GUIDED, 5, "Paint the fan-shaped shell. Stay inside the dotted line; a thin brush helps at the edge."
        ),
        Item("2", CHECKED, 9, "Paint the fan-shaped shell; its shadow does not belong to it."),
        Item("3", CHECKED, 20, "Paint the fan-shaped shell, up to its edge; the other shells stay as they are."),
    ),
    expected=lambda truth: masks(truth, ["scallop"]),
    why={
        "passed": "Right: the shell is painted and nothing else.",
        "missed_object": "A shell is not painted yet.",
        "extra_object": "Something that is no fan-shaped shell is painted: take it away.",
        "imprecise_shape": "The paint does not fit well: fill what was missed, and erase what is too much.",
        "wrong_nothing": "There is a fan-shaped shell here: look again.",
    },
)
