"""What helped, in words."""

import pytest

from tagwork.core.assists import help_in_words, read_assists


@pytest.mark.parametrize(
    ("assist", "words"),
    [
        ({"by": "wand", "edited": False}, "Wand"),
        ({"by": "wand", "version": "1", "edited": True}, "Wand, version 1, then changed by hand"),
        (
            {"by": "grabcut", "version": "1+opencv-5.0.0.93", "edited": False},
            "Cut out by the server (GrabCut), version 1+opencv-5.0.0.93",
        ),
        ({"by": "onnx:red-things", "version": "2", "edited": False}, "Model of the site: red-things, version 2"),
        (
            {"by": "suggestion:100%(sure)s", "edited": True},
            "Suggestion of the client's model: 100%(sure)s, then changed by hand",
        ),
        ({"by": "lasso", "edited": False}, "lasso"),
    ],
)
def test_what_helped_is_said_help_in_words(assist: dict, words: str) -> None:
    assert help_in_words(assist) == words


def test_what_is_read_is_what_was_sent_with_and_without_a_version() -> None:
    sent = {"1": {"by": "wand", "edited": False}, "2": {"by": "grabcut", "version": "1+opencv-5", "edited": True}}
    assert read_assists(sent, {"1", "2", "3"}) == sent
