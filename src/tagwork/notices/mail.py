"""Mail in the demo: every letter goes to the console and to a folder, so that a stranger can confirm an address."""

import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.console import EmailBackend
from django.core.mail.message import EmailMessage

_LETTER_ID = re.compile(r"[0-9]{16}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Letter:
    letter_id: str
    to: str
    subject: str
    text: str
    sent_at: datetime


class DemoMailbox(EmailBackend):
    """Prints a letter and keeps it as DATA_DIR/mail/<microseconds>-<random>.eml; `/demo/mail/` shows the folder."""

    def write_message(self, message: Any) -> None:
        super().write_message(message)
        keep(message)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"


def keep(message: EmailMessage) -> Path:
    """One file per letter; the name sorts by time, and two processes never choose the same one."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{time.time_ns() // 1000:016d}-{secrets.token_hex(4)}.eml"
    path.write_bytes(message.message().as_bytes())
    return path


def read_letters(most: int) -> list[Letter]:
    """The newest letters first."""
    paths = sorted(folder().glob("*.eml"), reverse=True)[:most] if folder().is_dir() else []
    return [_read(path) for path in paths]


def read_letter(letter_id: str) -> Letter | None:
    """None for an unknown letter and for a name that is none."""
    path = folder() / f"{letter_id}.eml"
    return _read(path) if _LETTER_ID.fullmatch(letter_id) and path.is_file() else None


def _read(path: Path) -> Letter:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return Letter(
        letter_id=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text="" if body is None else str(body.get_content()),
        sent_at=datetime.fromtimestamp(int(path.stem[:16]) / 1e6, UTC),
    )
