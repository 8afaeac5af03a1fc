"""The commands that need a database, as processes on one of their own."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest


def environment(folder: Path, **more: str) -> dict[str, str]:
    own = {"TAGWORK_ENV": "test", "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'tagwork.sqlite3'}"}
    return {**os.environ, **own, **more}


def tagwork(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tagwork.jobs.cli", *arguments]
    return subprocess.run(command, env=dict(env), capture_output=True, text=True, timeout=900)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    command = [sys.executable, "-m", "tagwork.jobs.manage", "migrate", "--skip-checks", "--verbosity", "0"]
    subprocess.run(command, env=environment(folder), check=True, capture_output=True)
    return folder


@pytest.fixture
def installation(migrated: Path, tmp_path: Path) -> Path:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return tmp_path


def execute(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "tagwork.sqlite3") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(folder / "tagwork.sqlite3")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_doctor_finds_a_fresh_installation_fit_but_for_the_workbench(installation: Path) -> None:
    env = environment(installation, TAGWORK_WORKBENCH_DIST=str(installation / "dist"))
    done = tagwork(env, "doctor", "--json")
    assert done.returncode == 1
    assert [name for name, check in checks(done).items() if not check["ok"]] == ["workbench built"]
    (installation / "dist").mkdir(parents=True)
    (installation / "dist" / "manifest.json").write_text("{}")
    assert tagwork(env, "doctor").returncode == 0


def test_doctor_finds_the_same_in_every_process(installation: Path) -> None:
    # The order of a set differs from process to process; a trigger's definition must not.
    for seed in ("1", "2", "3"):
        done = tagwork(environment(installation, PYTHONHASHSEED=seed), "doctor", "--json")
        assert checks(done)["triggers present"]["ok"] is True


def test_doctor_names_a_trigger_that_is_gone(installation: Path) -> None:
    execute(installation, "DROP TRIGGER tagwork_payouts_withdrawal_state_moves_update")
    check = checks(tagwork(environment(installation), "doctor", "--json"))["triggers present"]
    assert check["ok"] is False and "payouts_withdrawal_state_moves" in str(check["detail"])


def test_doctor_names_what_is_not_migrated(tmp_path: Path) -> None:
    found = checks(tagwork(environment(tmp_path), "doctor", "--json"))
    assert found["migrations applied"]["ok"] is False


def test_doctor_says_what_is_wrong_with_a_setting(tmp_path: Path) -> None:
    env = environment(tmp_path, TAGWORK_ENV="production", TAGWORK_SECRET_KEY="short")
    done = tagwork(env, "doctor", "--json")
    assert done.returncode == 1 and done.stderr == ""
    assert "TAGWORK_SECRET_KEY" in str(checks(done)["settings"]["detail"])


def test_doctor_does_not_ask_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    env = environment(tmp_path, DATABASE_URL=f"postgresql://nobody@/none?host={tmp_path}")
    found = checks(tagwork(env, "doctor", "--json"))
    assert found["database reachable"]["ok"] is False
    assert "migrations applied" not in found


def test_ledger_verify_proves_the_books(installation: Path) -> None:
    done = tagwork(environment(installation), "ledger", "verify", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["ok"] is True
    assert tagwork(environment(installation), "ledger", "verify").returncode == 0


def test_ledger_verify_exits_1_when_a_balance_was_touched(installation: Path) -> None:
    execute(
        installation,
        "INSERT INTO ledger_account (kind, owner, balance_micros) VALUES ('worker_main', 'worker:thief', 1000000)",
    )
    done = tagwork(environment(installation), "ledger", "verify", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False


@pytest.mark.parametrize("command", ["serve", "jobs"])
def test_it_refuses_to_run_without_the_triggers(command: str, installation: Path) -> None:
    execute(installation, "DROP TRIGGER tagwork_ledger_journal_append_only_update")
    done = tagwork(environment(installation, PORT=str(free_port())), command)
    assert done.returncode == 1
    assert "triggers present" in done.stderr


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_it_refuses_a_port_where_somebody_listens(command: str, installation: Path, tmp_path: Path) -> None:
    with socket.socket() as listener:
        # As the server itself listens: whoever asks for a share of the port would get it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        place = {"TAGWORK_ENV": "demo", "DATA_DIR": str(tmp_path / "demo")} if command == "demo" else {}
        done = tagwork(environment(installation, PORT=port, **place), command)
    assert done.returncode == 1
    assert done.stderr.strip() == f"tagwork: 127.0.0.1:{port} is taken: stop what listens there, or name another PORT"


def test_serve_answers_and_stops_when_told(installation: Path) -> None:
    port = free_port()
    env = environment(installation, PORT=str(port), TAGWORK_WORKERS="1")
    server = subprocess.Popen(
        [sys.executable, "-m", "tagwork.jobs.cli", "serve"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert status_within(f"http://127.0.0.1:{port}/api/v1/openapi.json", seconds=120) == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=120) == 0
    finally:
        server.kill()
        server.wait()


def test_a_house_of_ones_own_opens_after_one_command(tmp_path: Path) -> None:
    port = free_port()
    env = environment(
        tmp_path,
        TAGWORK_ENV="production",
        TAGWORK_SECRET_KEY="0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR",
        PORT=str(port),
        TAGWORK_WORKERS="1",
    )
    wrong = {name: check for name, check in checks(tagwork(env, "doctor", "--json")).items() if not check["ok"]}
    assert set(wrong) == {"migrations applied", "triggers present", "pages' files collected"}
    assert all("tagwork upgrade" in str(check["detail"]) for check in wrong.values())
    refused = tagwork(env, "serve")
    assert refused.returncode == 1 and "tagwork upgrade" in refused.stderr
    for _ in range(2):
        assert tagwork(env, "upgrade").returncode == 0
    (tmp_path / "static" / "staticfiles.json").unlink()  # another machine: its folder is empty
    server = subprocess.Popen(
        [sys.executable, "-m", "tagwork.jobs.cli", "serve"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        home = f"http://127.0.0.1:{port}"
        assert status_within(f"{home}/accounts/signup/", seconds=120) == 200
        with urllib.request.urlopen(f"{home}/accounts/signup/") as answer:
            asked = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.read().decode())
        assert any("site." in path for path in asked)
        assert {path: status_within(home + path, seconds=10) for path in asked} == dict.fromkeys(asked, 200)
    finally:
        server.kill()
        server.wait()


def test_jobs_runs_until_it_is_told_to_stop(installation: Path) -> None:
    background = subprocess.Popen(
        [sys.executable, "-m", "tagwork.jobs.cli", "jobs"],
        env=environment(installation),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # The sealer is far down the list of tasks and takes a lock of this name: the whole list has been gone through.
        deadline = time.monotonic() + 120
        while not rows(installation, "SELECT * FROM kit_lockrow WHERE name = 'ledger.chain'"):
            assert background.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        background.send_signal(signal.SIGTERM)
        _, complaints = background.communicate(timeout=120)
        assert background.returncode == 0, complaints
        assert "Traceback" not in complaints
    finally:
        background.kill()
        background.wait()


def status_within(url: str, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_serve_refuses_a_number_of_workers_that_is_none(installation: Path) -> None:
    done = tagwork(environment(installation, TAGWORK_WORKERS="many"), "serve")
    assert done.returncode == 1 and "TAGWORK_WORKERS" in done.stderr
