from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tagwork.kit.secrets import named_secret


def test_a_secret_comes_from_the_variable_or_from_the_file_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert named_secret("TAGWORK_TEST_SECRET") == ""
    monkeypatch.setenv("TAGWORK_TEST_SECRET", "open sesame")
    assert named_secret("TAGWORK_TEST_SECRET") == "open sesame"
    monkeypatch.delenv("TAGWORK_TEST_SECRET")
    (tmp_path / "secret").write_text(" with spaces \n")
    monkeypatch.setenv("TAGWORK_TEST_SECRET_FILE", str(tmp_path / "secret"))
    assert named_secret("TAGWORK_TEST_SECRET") == " with spaces "


def test_two_sources_or_a_file_that_cannot_be_read_stop_the_start_without_showing_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGWORK_TEST_SECRET_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        named_secret("TAGWORK_TEST_SECRET")
    monkeypatch.setenv("TAGWORK_TEST_SECRET", "open sesame")
    with pytest.raises(ImproperlyConfigured) as refused:
        named_secret("TAGWORK_TEST_SECRET")
    assert "both" in str(refused.value) and "sesame" not in str(refused.value)
