"""Box what carries words and type them."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, signs_with_texts

LESSON = Lesson(
    id="transcription",
    title="Type what you read",
    intro=(
        "Some tasks ask what is written. You put a box around the sign and type its words exactly as they stand "
        "there: same letters, same numbers, mistakes too. Words on two lines are typed one after the other with a "
        "space. Nothing is translated, and what cannot be read is not guessed."
    ),
    schema=parse_schema({"labels": [{"name": "sign", "kinds": ["box", "text"]}], "allow_nothing": True}),
    scene_kind="road_signs",
    items=(
        Item("1", GUIDED, 19, "Put a box around the sign, without its pole. Then type the word you read on it."),
        Item("2", CHECKED, 5, "Box both signs and type what stands on each. Two lines become one, with a space."),
        Item("3", CHECKED, 36, "Box both signs and type what stands on each, numbers included."),
    ),
    expected=signs_with_texts,
    why={
        "passed": "Right: every sign has its box and its words.",
        "missed_object": "A sign has no box yet: look on both sides of the road, also far away.",
        "extra_object": "One box has no sign in it: take it away.",
        "imprecise_shape": "A box does not fit well: its sides should touch the sign; the pole stays out.",
        "wrong_text": "The words differ from the sign: compare letter by letter, and keep every number.",
        "wrong_nothing": "There is a sign to box here: look on both sides of the road.",
    },
)
