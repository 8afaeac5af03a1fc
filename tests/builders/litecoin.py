"""A real Litecoin node on regtest, to be stopped, killed and reorganised as a test likes."""

import base64
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER, PASSWORD = "tagwork", "regtest-only"


class RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code


class Rpc:
    """Calls by name: `rpc("getblockcount")`. Amounts come back as text. Written apart from the product's client."""

    def __init__(self, url: str) -> None:
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self._url, self.headers = url, {"Authorization": f"Basic {login}"}

    def __call__(self, method: str, *params: Any) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(self._url, body, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.loads(answer.read(), parse_float=str)
        except urllib.error.HTTPError as error:
            with error:
                found = json.loads(error.read(), parse_float=str)
        if found["error"]:
            raise RpcError(found["error"]["code"], found["error"]["message"])
        return found["result"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RegtestNode:
    """`miner` owns what is mined; every test makes a wallet of its own. Keep below 432 blocks: MWEB begins there.

    Of another `network` it has its first block alone, talks to nobody and only judges."""

    def __init__(self, place: Path, port: int, network: str = "regtest") -> None:
        self.place, self.url = place, f"http://127.0.0.1:{port}"
        place.mkdir(parents=True, exist_ok=True)
        chosen = {"main": [], "test": ["testnet=1"], "regtest": ["regtest=1"]}[network]
        lines = [*chosen, "server=1", "listen=0", "dnsseed=0", "upnp=0", f"[{network}]"]
        lines += [] if network == "regtest" else ["connect=0"]
        lines += [f"rpcuser={USER}", f"rpcpassword={PASSWORD}", f"rpcport={port}", "rpcbind=127.0.0.1"]
        lines += ["rpcallowip=127.0.0.1", "fallbackfee=0.0001", "txindex=1", "keypool=5"]
        (place / "litecoin.conf").write_text("\n".join(lines) + "\n")
        self.rpc = Rpc(self.url)
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(shutil.which("litecoind")), f"-datadir={self.place}", f"-conf={self.place}/litecoin.conf"]
        # Debian's wrapper writes into HOME.
        environment = os.environ | {"HOME": str(self.place)}
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(1_200):
            try:
                self.rpc("getblockcount")
                return
            except (RpcError, OSError):
                time.sleep(0.1)
        raise RuntimeError("litecoind does not start")

    def kill(self) -> None:
        """As when the plug is pulled. The chain is flushed first, or a lone regtest node loses all of it."""
        self.rpc("gettxoutsetinfo")
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def load(self, *wallets: str) -> None:
        loaded = self.rpc("listwallets")
        for name in wallets:
            if name not in loaded:
                self.rpc("loadwallet", name)

    def wallet(self, name: str) -> Rpc:
        return Rpc(f"{self.url}/wallet/{name}")

    @property
    def miner(self) -> Rpc:
        return self.wallet("miner")

    def mine(self, count: int = 1) -> list[str]:
        return list(self.rpc("generatetoaddress", count, self._mining_address))

    def mine_empty(self, count: int = 1) -> None:
        for _ in range(count):
            self.rpc("generateblock", self._mining_address, [])

    def make_miner(self) -> None:
        self.rpc("createwallet", "miner")
        self._mining_address = self.miner("getnewaddress")
        self.mine(110)

    def new_wallet(self, *coins: str, passphrase: str = "") -> str:
        """A wallet's name; it holds these coins, confirmed. With a passphrase it is encrypted, and locked."""
        name = f"wallet{next(self._names)}"
        self.rpc("createwallet", name, False, False, passphrase)
        for amount in coins:
            self.miner("sendtoaddress", self.wallet(name)("getnewaddress"), amount)
        if coins:
            self.mine()
        return name


@contextmanager
def regtest_node(place: Path) -> Iterator[RegtestNode]:
    node = RegtestNode(place, free_port())
    node.start()
    try:
        node.make_miner()
        yield node
    finally:
        node.stop()


def is_absent() -> bool:
    return shutil.which("litecoind") is None
