"""Put a box around every thing of a kind."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, boxes

LESSON = Lesson(
    id="detection",
    title="Put a box around it",
    intro=(
        "Many tasks ask for a box around every thing of one kind. A good box touches the thing on all four sides and "
        "leaves nothing of it out. Of a thing that is partly hidden, box the part you can see. If there is none, say "
        "so with “Nothing to mark”. A dial shows how well your box fits while you draw; at 70 % or more it is good."
    ),
    schema=parse_schema({"labels": [{"name": "apple", "kinds": ["box"]}], "allow_nothing": True}),
    scene_kind="fruit",
    items=(
        Item(
            id="1",
            kind=GUIDED,
            seed=9,
            instruction=(
                "There is one apple. Draw from one corner of the dotted frame to the opposite one; the stem belongs "
                "to the apple. Then pull the sides until they touch it."
            ),
        ),
        Item(
            id="2",
            kind=CHECKED,
            seed=1,
            instruction="Box every apple. A green apple is an apple too, and one is partly hidden: box what you see.",
        ),
        Item(
            id="3",
            kind=CHECKED,
            seed=41,
            instruction="Box every apple. If there is none, press “Nothing to mark”.",
        ),
    ),
    expected=lambda truth: boxes(truth, ["apple"]),
    why={
        "passed": "Right: every apple has a box that fits.",
        "missed_object": "An apple has no box yet: look at the whole picture, also behind other fruit.",
        "extra_object": "One box has no apple in it: take it away, or there are two boxes on one apple.",
        "imprecise_shape": "A box does not fit well: its four sides should touch the apple, stem included.",
        "wrong_nothing": "There is something to mark here: look for apples again, red and green.",
    },
)
