"""A second Bitcoin Cash node, by other people and in another language: npm bcash on regtest, asked line by line."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

JUDGES = Path(__file__).parents[1] / "judges"


def is_absent() -> bool:
    return shutil.which("node") is None or not (JUDGES / "node_modules" / "bcash").is_dir()


@dataclass
class Bcash:
    into: IO[str]
    out: IO[str]
    height: int = 0

    def _ask(self, **asked: Any) -> dict[str, Any]:
        self.into.write(json.dumps(asked) + "\n")
        self.into.flush()
        return dict(json.loads(self.out.readline()))

    def mine(self, count: int, address: str) -> None:
        self.height = self._ask(mine=count, to=address)["height"]

    def refusal_of(self, raw_hex: str) -> str | None:
        """Hands the bytes over; why it does not take them, None when it does."""
        return self._ask(send=raw_hex).get("refused")

    def raw_block(self, height: int) -> bytes:
        return bytes.fromhex(self._ask(block=height)["raw"])

    def rpc(self, method: str, *params: Any) -> Any:
        """As much of JSON-RPC as chain_reader asks for; a block's height stands for its hash."""
        match method, params:
            case "getblockcount", ():
                return self.height
            case "getblockhash", (height,):
                return height
            case "getblock", (height, 0):
                return self.raw_block(height).hex()
        raise NotImplementedError(method)


@contextmanager
def bcash() -> Iterator[Bcash]:
    command = ["node", str(JUDGES / "bitcoin-cash-node.cjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Bcash(process.stdin, process.stdout)
        process.stdin.close()
