from pathlib import Path

import pytest

from tagwork.core import shapes
from tagwork.core.schema import PALETTE, LabelSchema, SchemaError, parse_schema
from tagwork.core.shapes import SHAPES

CONTRACT = {
    "labels": [
        {
            "name": "car",
            "kinds": ["box"],
            "color": "#0072B2",
            "attributes": [
                {"name": "occluded", "type": "boolean"},
                {"name": "colour", "type": "choice", "options": ["red", "other"], "required": False},
            ],
        }
    ],
    "tags": [{"name": "weather", "options": ["sun", "rain"], "choose": "one", "required": True}],
    "allow_nothing": True,
}


def label(*kinds: str, name: str = "thing", **more: object) -> dict:
    if "skeleton" in kinds:
        more.setdefault("keypoints", ["nose", "tail"])
    return {"name": name, "kinds": list(kinds), **more}


def faults(document: object) -> list[str]:
    with pytest.raises(SchemaError) as refusal:
        parse_schema(document)  # type: ignore[arg-type]
    assert all(set(error) == {"path", "message"} for error in refusal.value.errors)
    return [error["path"] for error in refusal.value.errors]


def test_the_document_of_the_contract_is_read_and_written_back() -> None:
    schema = parse_schema(CONTRACT)
    (car,) = schema.labels
    assert (car.name, car.kinds, car.color) == ("car", ("box",), "#0072B2")
    assert [(one.name, one.type, one.options, one.required) for one in car.attributes] == [
        ("occluded", "boolean", (), True),
        ("colour", "choice", ("red", "other"), False),
    ]
    assert schema.tags[0].options == ("sun", "rain")
    assert schema.allow_nothing is True
    assert parse_schema(schema.as_json()) == schema
    assert parse_schema(schema.as_json()).as_json() == schema.as_json()


def test_defaults_are_written_out() -> None:
    schema = parse_schema(
        {"labels": [label("skeleton", edges=[["nose", "tail"]])], "tags": [{"name": "t", "options": ["a", "b"]}]}
    )
    assert schema.as_json() == {
        "labels": [
            {
                "name": "thing",
                "kinds": ["skeleton"],
                "color": PALETTE[0],
                "attributes": [],
                "keypoints": ["nose", "tail"],
                "edges": [["nose", "tail"]],
            }
        ],
        "tags": [{"name": "t", "options": ["a", "b"], "choose": "one", "required": True}],
        "allow_nothing": False,
    }
    assert parse_schema(schema.as_json()) == schema


def test_missing_colours_come_from_the_palette_and_avoid_those_chosen() -> None:
    names = [label("box", name=f"l{place}") for place in range(9)]
    names[1]["color"] = "#e69f00"
    colors = [one.color for one in parse_schema({"labels": names}).labels]
    assert colors[1] == "#E69F00"
    assert colors[0] == PALETTE[0]
    assert colors.count("#E69F00") == 1
    assert len(set(colors[:7])) == 7


def test_every_wrong_field_is_named_at_once() -> None:
    document = {
        "labels": [
            {"name": "", "kinds": ["sphere"], "color": "red"},
            {"name": "a", "kinds": ["box", "box"], "atributes": []},
            {
                "name": "a",
                "kinds": ["box"],
                "attributes": [{"name": "x", "type": "choice"}, {"name": "x", "type": "float"}],
            },
            {"name": "s", "kinds": ["skeleton"], "keypoints": ["p", "p"], "edges": [["p", "q"]]},
            {"name": "p", "kinds": ["point"], "keypoints": ["p"]},
            7,
        ],
        "tags": [
            {"name": "t", "options": ["one"]},
            {"name": "u", "options": ["a", "a"], "choose": "any", "required": 1},
        ],
        "allow_nothing": "yes",
        "extra": 1,
    }
    found = faults(document)
    for path in (
        "labels[0].name",
        "labels[0].kinds[0]",
        "labels[0].color",
        "labels[1].kinds[1]",
        "labels[1].atributes",
        "labels[2].name",
        "labels[2].attributes[0].options",
        "labels[2].attributes[1].type",
        "labels[2].attributes[1].name",
        "labels[3].keypoints[1]",
        "labels[3].edges[0]",
        "labels[4].keypoints",
        "labels[5]",
        "tags[0].options",
        "tags[1].options[1]",
        "tags[1].choose",
        "tags[1].required",
        "allow_nothing",
        "extra",
    ):
        assert path in found, path


@pytest.mark.parametrize("document", [None, [], "labels", 7, {"labels": None}, {"labels": {}}, {"tags": 3}])
def test_it_refuses_what_is_no_schema(document: object) -> None:
    assert faults(document)


@pytest.mark.parametrize("document", [{}, {"labels": []}, {"labels": [], "tags": [], "allow_nothing": True}])
def test_it_refuses_a_schema_that_asks_for_nothing(document: dict) -> None:
    assert faults(document) == ["labels"]


@pytest.mark.parametrize("name", ["a\nb", "a\x00", "\u202ecod", "x" * 81, " ", "\ud800", 7, None])
def test_it_refuses_names_that_cannot_be_shown(name: object) -> None:
    assert faults({"labels": [{"name": name, "kinds": ["box"]}]}) == ["labels[0].name"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "<b>", "ребёнок", "犬", "👩‍🚀", "x" * 80])
def test_it_keeps_names_that_only_look_dangerous(name: str) -> None:
    assert parse_schema({"labels": [label("box", name=name)]}).labels[0].name == name


def test_names_are_compared_after_trimming_and_composing() -> None:
    assert faults({"labels": [label("box", name="é"), label("box", name=" e\u0301 ")]}) == ["labels[1].name"]


def test_it_counts_labels() -> None:
    assert len(parse_schema({"labels": [label("box", name=str(place)) for place in range(200)]}).labels) == 200
    assert faults({"labels": [label("box", name=str(place)) for place in range(201)]}) == ["labels"]


def test_unhashable_choices_are_faults_and_not_crashes() -> None:
    assert faults({"labels": [{"name": "a", "kinds": [["box"], {}]}]}) == [
        "labels[0].kinds[0]",
        "labels[0].kinds[1]",
        "labels[0].kinds[1]",
    ]
    assert faults({"labels": [label("skeleton", keypoints=["a", "b"], edges=[[[], {}]])]}) == ["labels[0].edges[0]"]


@pytest.mark.parametrize(
    ("labels", "task_type", "difficulty"),
    [
        ([], "classification", "easy"),
        ([label("box")], "detection", "easy"),
        ([label("box"), label("box", name="b")], "detection", "easy"),
        ([label("polygon")], "segmentation", "medium"),
        ([label("polygon", "mask")], "segmentation", "medium"),
        ([label("box", "text")], "transcription", "medium"),
        ([label("polygon", "text")], "transcription", "hard"),
        ([label("text")], "transcription", "medium"),
        ([label("point")], "points", "easy"),
        ([label("skeleton")], "points", "medium"),
        ([label("polyline")], "lines", "medium"),
        ([label("box"), label("polygon", name="b")], "custom", "medium"),
        ([label("box", "text"), label("box", name="b")], "custom", "medium"),
        ([label("mask", attributes=[{"name": "a", "type": "boolean"}])], "segmentation", "hard"),
        ([label("box", name=str(place)) for place in range(9)], "detection", "medium"),
    ],
)
def test_task_type_and_difficulty_follow_the_published_rule(labels: list, task_type: str, difficulty: str) -> None:
    tags = [] if labels else [{"name": "t", "options": ["a", "b"]}]
    schema = parse_schema({"labels": labels, "tags": tags})
    assert (schema.task_type, schema.difficulty) == (task_type, difficulty)


def test_tags_and_shapes_together_are_custom() -> None:
    assert parse_schema(CONTRACT).task_type == "custom"


def test_every_file_of_the_folder_is_a_kind_with_the_whole_interface() -> None:
    files = {file.stem for file in Path(shapes.__file__).parent.glob("[!_]*.py")}
    assert set(SHAPES) == files >= {"box", "polygon", "mask", "point", "skeleton", "polyline", "ellipse"}
    for kind, shape in SHAPES.items():
        assert kind in shape.PROPERTIES
        assert shape.TASK_TYPE in {"detection", "segmentation", "points", "lines"}
        assert 1 <= shape.EFFORT <= 3
        assert all(
            callable(getattr(shape, name))
            for name in ("parse", "bounds", "area_px", "outline", "region", "similarities")
        )


def test_a_schema_made_in_code_is_the_same_as_one_that_was_read() -> None:
    assert isinstance(parse_schema(CONTRACT), LabelSchema)
    assert hash(parse_schema(CONTRACT)) == hash(parse_schema(CONTRACT))
