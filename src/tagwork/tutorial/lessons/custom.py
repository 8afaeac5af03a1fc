"""Several questions about one picture: words for the whole, boxes, and a question about each box."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, boxes_with_attributes, sorts

LESSON = Lesson(
    id="custom",
    title="Several things at once",
    intro=(
        "Some tasks combine questions about one picture. Here you choose every sort of fruit that you see, put a box "
        "around each apple, and say of each apple whether it is ripe: a red one is, a green one is not."
    ),
    schema=parse_schema(
        {
            "labels": [{"name": "apple", "kinds": ["box"], "attributes": [{"name": "ripe", "type": "boolean"}]}],
            "tags": [{"name": "fruit here", "options": ["apple", "lemon", "pear"], "choose": "many"}],
            "allow_nothing": True,
        }
    ),
    scene_kind="fruit",
    items=(
        Item("1", GUIDED, 21, "Choose all sorts that you see. Then box the one apple and say whether it is ripe."),
        Item("2", CHECKED, 8, "Choose all sorts that you see. Box both apples and say of each whether it is ripe."),
        Item("3", CHECKED, 10, "Choose all sorts that you see. Box every apple and say of each whether it is ripe."),
    ),
    expected=lambda truth: sorts(truth, "fruit here") + boxes_with_attributes(truth, ["apple"]),
    why={
        "passed": "Right: the sorts, the boxes and what you said of each.",
        "missed_object": "An apple has no box yet: a green one is an apple too.",
        "extra_object": "One box has no apple in it: take it away.",
        "imprecise_shape": "A box does not fit well: its four sides should touch the apple, stem included.",
        "wrong_tag": "The sorts are not complete, or one is not there: look at every fruit once more.",
        "wrong_attribute": "Of one apple, ripe is not right: red is ripe, green is not.",
        "wrong_nothing": "There is an apple to box here, red or green.",
    },
)
