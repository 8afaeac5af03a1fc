"""Choose a word for the whole picture."""

from tagwork.core.schema import parse_schema
from tagwork.tutorial.lessons.lesson import CHECKED, GUIDED, Item, Lesson, tags

LESSON = Lesson(
    id="classification",
    title="Choose what fits",
    intro=(
        "Some tasks ask one question about the whole picture. You read the question, look at the whole picture, and "
        "choose the answer that fits best. Here the question is: what is the weather? You can try as often as you "
        "like."
    ),
    schema=parse_schema({"tags": [{"name": "weather", "options": ["sun", "cloud", "rain", "night"]}]}),
    scene_kind="weather",
    items=(
        Item(
            id="1",
            kind=GUIDED,
            seed=3,
            instruction="The sun stands in the sky. Choose “sun”, then press Check.",
        ),
        Item(
            id="2",
            kind=CHECKED,
            seed=0,
            instruction="What is the weather here? Look for drops before you decide.",
        ),
        Item(
            id="3",
            kind=CHECKED,
            seed=1,
            instruction="What is the weather here? Compare it with the picture before.",
        ),
    ),
    expected=lambda truth: tags(truth, ["weather"]),
    why={
        "passed": "Right: this is what the picture shows.",
        "wrong_tag": "Another answer fits better: look at the sky again, and for drops of rain.",
    },
)
