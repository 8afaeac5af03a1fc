"""The contract of an operator's model: every field is read before the file is."""

from typing import Any

import pytest

from tagwork.core.assist_models import BadContract, read_contract

LEAST: dict[str, Any] = {
    "name": "red-things",
    "version": "1",
    "licence": "CC0-1.0",
    "file": "red.onnx",
    "sha256": "0" * 64,
    "input": {"name": "image", "width_px": 64, "height_px": 48},
    "output": {"name": "mask"},
}


def test_what_is_left_out_has_a_default() -> None:
    read = read_contract(LEAST)
    assert read["input"] == {
        "name": "image",
        "width_px": 64,
        "height_px": 48,
        "mean": [0.0, 0.0, 0.0],
        "deviation": [1.0, 1.0, 1.0],
    }
    assert read["output"] == {"name": "mask", "threshold": 0.5}
    assert read["box"] is None
    assert read_contract(read) == read


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": "Red Things"}, "name"),
        ({"version": ""}, "version"),
        ({"licence": " "}, "licence"),
        ({"file": "../red.onnx"}, "file"),
        ({"sha256": "0" * 63}, "sha256"),
        ({"box": ""}, "box"),
        ({"decode": "browser"}, "decode"),
        ({"input": {"name": "image", "width_px": 64}}, "height_px"),
        ({"input": {"name": "image", "width_px": 5000, "height_px": 64}}, "width_px"),
        ({"input": {"name": "image", "width_px": True, "height_px": 64}}, "width_px"),
        ({"input": {"name": "image", "width_px": 64, "height_px": 64, "mean": [0, 0]}}, "mean"),
        ({"input": {"name": "image", "width_px": 64, "height_px": 64, "deviation": [1, 0, 1]}}, "deviation"),
        ({"output": {"name": "mask", "threshold": float("nan")}}, "threshold"),
        ({"output": "mask"}, "output"),
    ],
)
def test_it_names_the_field_that_is_wrong(change: dict[str, Any], word: str) -> None:
    with pytest.raises(BadContract, match=word):
        read_contract({**LEAST, **change})


@pytest.mark.parametrize("raw", [None, [], "model", {}])
def test_it_refuses_what_is_no_contract(raw: Any) -> None:
    with pytest.raises(BadContract):
        read_contract(raw)
