"""Joints of a body, in order."""

from itertools import pairwise

from tagwork.core.scenes.desk import LAMP_JOINTS
from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="skeletons",
    title="Set the joints",
    intro=(
        "Some tasks ask for the joints of a body. You set them in the order that is asked for, each in the middle of "
        "its joint; lines between them appear by themselves. A joint that is there but covered is marked as covered."
    ),
    schema=parse_schema(
        {
            "labels": [
                {
                    "name": "lamp",
                    "kinds": ["skeleton"],
                    "keypoints": list(LAMP_JOINTS),
                    "edges": [list(edge) for edge in pairwise(LAMP_JOINTS)],
                }
            ],
            "allow_nothing": True,
        }
    ),
    scene_kind="desk",
    items=(
        Item("1", GUIDED, 3, "Set three points on the lamp: its large dark base, its small elbow, its bright head."),
        Item("2", CHECKED, 11, "Set base, elbow and head of the lamp, each in the middle."),
        Item("3", CHECKED, 9, "Set the joints of every lamp. If there is none, press “Nothing to mark”."),
    ),
    expected=lambda truth: figures(truth, ["lamp"], "skeleton"),
    why={
        "passed": "Right: every joint is in its place.",
        "missed_object": "The lamp has no joints yet.",
        "extra_object": "There is no lamp where you set joints: take them away.",
        "imprecise_shape": "A joint lies off its middle, or two are swapped: base is dark and large, head is bright.",
        "wrong_nothing": "There is a lamp here: base, elbow, head.",
    },
)
