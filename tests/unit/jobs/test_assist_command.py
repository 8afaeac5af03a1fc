"""`tagwork assist`: an operator's model is registered, listed and retired."""

import json
from pathlib import Path

import pytest

from tagwork.jobs.cli import main
from tagwork.kit.audit import entries
from tagwork.projects.queries import server_assists
from tests.builders import onnx_models

pytestmark = pytest.mark.django_db


def test_a_model_is_registered_listed_and_retired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = onnx_models.written(tmp_path, onnx_models.red_less_blue())
    assert main(["assist", "register", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "red-things"
    assert server_assists() == ["grabcut", "onnx:red-things"]
    assert main(["assist", "list", "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)["models"]
    assert (listed["version"], listed["licence"], listed["retired"]) == ("1", "CC0-1.0", False)
    assert main(["assist", "retire", "red-things"]) == 0
    assert main(["assist", "retire", "red-things"]) == 1
    assert server_assists() == ["grabcut"]
    assert [one.action for one in entries(action="assist_model.")] == [
        "assist_model.retired",
        "assist_model.registered",
    ]


def test_what_is_wrong_with_it_is_said_and_nothing_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = onnx_models.written(tmp_path, onnx_models.red_less_blue(), box="box")
    assert main(["assist", "register", str(path)]) == 1
    assert "Its inputs are ['image'], the contract names ['box', 'image']." in capsys.readouterr().err
    assert main(["assist", "register", str(tmp_path / "absent.json")]) == 1
    assert main(["assist", "list"]) == 0
    assert "red-things" not in capsys.readouterr().out
