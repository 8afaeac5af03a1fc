from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection

from tagwork.notices.mail import read_letter, read_letters


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "mail"


def send(subject: str) -> None:
    connection = get_connection("tagwork.notices.mail.DemoMailbox")
    EmailMessage(subject, "Grüße\nhttp://x.test/a", to=["a@example.test"], connection=connection).send()


def test_a_letter_is_printed_and_kept(mailbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    send("First")
    assert "Subject: First" in capsys.readouterr().out
    [letter] = read_letters(10)
    assert (letter.subject, letter.to) == ("First", "a@example.test")
    assert letter.text.splitlines() == ["Grüße", "http://x.test/a"]
    assert read_letter(letter.letter_id) == letter


def test_the_newest_letter_comes_first(mailbox: Path) -> None:
    for number in range(3):
        send(f"Letter {number}")
    assert [letter.subject for letter in read_letters(2)] == ["Letter 2", "Letter 1"]


@pytest.mark.parametrize("name", ["", "..", "../secret-key", "0" * 16, "0" * 16 + "-" + "a" * 8, "%2e%2e"])
def test_a_name_that_is_no_letter_reads_nothing(mailbox: Path, name: str) -> None:
    send("First")
    assert read_letter(name) is None


def test_an_empty_mailbox_is_empty(mailbox: Path) -> None:
    assert read_letters(10) == []
