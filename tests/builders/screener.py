"""An operator's screening service on this machine: answers as a test says, and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.builders.listening import Asked, listening


@dataclass
class Screener:
    """`answers` are by address; whoever is not named is clear, with None left out. `raw` is sent as it is, once set."""

    url: str = ""
    answers: dict[str, str | None] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    raw: bytes = b""
    status: int = 200


@contextmanager
def screener() -> Iterator[Screener]:
    service = Screener()

    class Handler(Asked):
        def do_POST(self) -> None:
            asked = json.loads(self.content())
            service.asked.append(asked)
            service.tokens.append(self.headers["Authorization"])
            said = [(one["id"], service.answers.get(one["address"], "clear")) for one in asked["subjects"]]
            told = [{"id": key, "answer": answer, "reason": f"said {answer}"} for key, answer in said if answer]
            body = service.raw or json.dumps({"answers": told}).encode()
            self.answer(service.status, body)

    with listening(Handler) as address:
        service.url = f"{address}/screen"
        yield service
