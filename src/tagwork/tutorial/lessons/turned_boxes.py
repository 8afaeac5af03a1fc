"""Boxes that turn with the thing."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, figures

LESSON = Lesson(
    id="turned-boxes",
    title="Turn the box",
    intro=(
        "Ships, cars from above and cards on a desk lie at any angle. You choose the tool “Turned box”, draw over the "
        "thing, turn the box by the round grip above it, and pull its sides until they touch. A box that lies as the "
        "thing lies leaves no air at its corners."
    ),
    schema=parse_schema({"labels": [{"name": "card", "kinds": ["box"]}], "allow_nothing": True}),
    scene_kind="desk",
    items=(
        Item(
            "1",
            GUIDED,
            3,
            "Choose “Turned box”, draw over the card, turn by the round grip, then pull the sides to the dotted line.",
        ),
        Item("2", CHECKED, 8, "Put a box around the card and turn it as the card lies."),
        Item("3", CHECKED, 7, "Put a turned box around each card."),
    ),
    expected=lambda truth: figures(truth, ["card"], "box"),
    why={
        "passed": "Right: every box lies as its card lies.",
        "missed_object": "A card has no box yet.",
        "extra_object": "One box has no card in it: take it away.",
        "imprecise_shape": "A box leaves air at the corners: turn it by the round grip, then pull the sides.",
        "wrong_nothing": "There is a card here: look again.",
    },
)
