"""Many threads race claim, submit (doubled, under one key), skip and withdraw over HTTP; then everything is proved.

    python -m bench.race [--threads 64] [--actions 200] [--seed S] [--databases postgresql,sqlite]

Defaults come from N (actions of a thread) and SEED, as `make chaos` sets them. Each thread is a worker of its own;
two neighbours share one worker's token, so that a worker also races with themselves. Every worker starts with an
approved balance, less than what their withdrawals ask for together. Exit 1 when a proof fails.
"""

import argparse
import http.client
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from typing import Any

from bench import proof, rig, traffic

BALANCE_MICROS = 2_000_000
WITHDRAWAL_MICROS = 600_000
# Refusals that a race may end in; everything else (a 500, a "locked", a cut connection) is a fault.
FAIR = {
    "claim": {200, 204, 409, 429},  # 429: so many skips throttle
    "submit": {201, 409, 410},
    "skip": {200, 409, 410},
    "withdraw": {201, 422},
    "destination": {201},
}


class Race:
    """What all threads share: who holds what, and what was answered."""

    def __init__(self, url: str, project_id: str, seed: int, addresses: list[str]) -> None:
        self.url, self.project_id, self.seed, self.addresses = url, project_id, seed, addresses
        self.lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []
        self.accepted: list[str] = []
        self.paid_out: dict[str, int] = defaultdict(int)

    def tell(self, operation: str, status: int, body: Any) -> None:
        with self.lock:
            self.answers[f"{operation} {status}"] += 1
            if status not in FAIR[operation]:
                self.faults.append(f"{operation} {status} {body}")

    def run(self, token: str, number: int, actions: int) -> None:
        rng = random.Random(f"{self.seed}:{number}")
        caller = traffic.Caller(self.url, token)
        destination: str | None = None
        held: list[str] = []
        for _ in range(actions):
            try:
                draw = rng.random()
                if draw < 0.03 or destination is None:
                    destination = self.withdraw(caller, token, destination, number)
                elif not held or draw < 0.3:
                    status, body = caller.post(f"/work/projects/{self.project_id}/claim", {"count": rng.randint(1, 3)})
                    self.tell("claim", status, body)
                    held += [one["id"] for one in body["assignments"]] if status == 200 else []
                    if status == 409:  # the other thread of this worker holds the rest
                        held += self.leased(caller)
                elif draw < 0.4:
                    one = held.pop(rng.randrange(len(held)))
                    key = str(uuid.UUID(int=rng.getrandbits(128)))
                    status, body = caller.post(f"/work/assignments/{one}/skip", {"reason": "cannot_tell"}, key)
                    self.tell("skip", status, body)
                else:
                    self.submit(token, held.pop(rng.randrange(len(held))), rng)
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.faults.append(f"{type(error).__name__}: {error}")
                caller.close()
        caller.close()

    def leased(self, caller: traffic.Caller) -> list[str]:
        _, body = caller.get("/work/assignments?state=leased")
        return [one["id"] for one in body["items"]]

    def submit(self, token: str, assignment: str, rng: random.Random) -> None:
        """The same request from one to three connections at the same moment: one effect, equal answers."""
        key = str(uuid.UUID(int=rng.getrandbits(128)))
        copies = rng.choice((1, 1, 2, 3))
        answers: list[tuple[int, Any]] = []

        def send() -> None:
            caller = traffic.Caller(self.url, token)
            answers.append(caller.post(f"/work/assignments/{assignment}/submit", {**traffic.ANSWER, "next": 0}, key))
            caller.close()

        threads = [threading.Thread(target=send) for _ in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for status, body in answers:
            self.tell("submit", status, body)
        made = [body["submission"]["id"] for status, body in answers if status == 201]
        with self.lock:
            if len(answers) < copies:
                self.faults.append("a doubled submit had no answer")
            if len(set(made)) > 1:
                self.faults.append(f"one key, two submissions: {made}")
            if made:
                self.accepted.append(assignment)

    def withdraw(self, caller: traffic.Caller, token: str, destination: str | None, number: int) -> str | None:
        if destination is None:
            wanted = {"method": "ltc", "address": self.addresses[number % len(self.addresses)]}
            status, answer = caller.post("/destinations", wanted)
            self.tell("destination", status, answer)
            return str(answer["id"]) if status == 201 else None
        body = {"destination_id": destination, "amount_micros": WITHDRAWAL_MICROS}
        status, answer = caller.post("/withdrawals", body, str(uuid.uuid4()))
        self.tell("withdraw", status, answer)
        if status == 201:
            with self.lock:
                self.paid_out[token] += WITHDRAWAL_MICROS
        return destination


def race(vendor: str, threads: int, actions: int, seed: int) -> int:
    with rig.scratch() as folder, rig.database(vendor, folder / "site") as database:
        site = rig.Site(database, folder / "site")
        workers = max(1, threads // 2)
        load = site.load(workers, threads * actions)
        addresses = site.python("-m", "bench.fund", str(BALANCE_MICROS), str(workers)).split()
        server = site.serve()
        try:
            contest = Race(server.url, load.project_id, seed, addresses)
            running = [
                threading.Thread(target=contest.run, args=(load.tokens[number % workers], number, actions))
                for number in range(threads)
            ]
            started = time.monotonic()
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
        finally:
            server.stop()
        print(f"{vendor}: seed {seed}, {threads} threads, {actions} actions each, {time.monotonic() - started:.0f} s")
        print("   " + ", ".join(f"{name}: {number}" for name, number in sorted(contest.answers.items())))
        for text in contest.faults[:10]:
            print(f"NOT {text}")
        overdrawn = [token for token, micros in contest.paid_out.items() if micros > BALANCE_MICROS]
        print(f"{'NOT' if overdrawn else 'ok '} nobody withdrew more than they had ({len(contest.paid_out)} withdrew)")
        locked = [line for line in server.log.read_text().splitlines() if "locked" in line or "deadlock" in line]
        print(f"{'NOT' if locked else 'ok '} the server's log says neither locked nor deadlock {locked[:3] or ''}")
        return len(contest.faults) + len(overdrawn) + len(locked) + proof.prove(site, contest.accepted)


def main() -> int:
    parser = argparse.ArgumentParser(prog="race")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--actions", type=int, default=int(os.environ.get("N", "60")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "0")) or random.randrange(1 << 31))
    parser.add_argument("--databases", default="postgresql,sqlite")
    options = parser.parse_args()
    print(f"race: SEED={options.seed}", flush=True)
    faults = [race(vendor, options.threads, options.actions, options.seed) for vendor in options.databases.split(",")]
    return 1 if sum(faults) else 0


if __name__ == "__main__":
    sys.exit(main())
