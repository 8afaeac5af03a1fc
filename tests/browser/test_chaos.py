"""A seeded sample of the fault runs (tests/chaos/drive.py): 50, of which ten in Chromium. `make chaos` runs N of them.

The forty others drive what keeps and sends (shelf, drafts, outbox) without a browser against the same real server: a
visit in a browser takes seconds, and fifty would not fit into the time of this suite.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.chaos]

BROWSER_RUNS, TRANSPORT_RUNS = 10, 40
# Of a long run a fifth is in the browser, unless BROWSER_RUNS says otherwise.
LONG = int(os.environ["N"]) if os.environ.get("CHAOS") == "long" else 0


def test_what_was_given_arrives_once(demo: Demo) -> None:
    in_browser = int(os.environ.get("BROWSER_RUNS", LONG // 5)) if LONG else BROWSER_RUNS
    others = LONG - in_browser if LONG else TRANSPORT_RUNS
    where = ["--url", demo.url, "--data-dir", str(demo.data_dir), "--seed", os.environ.get("SEED", "1")]
    made = subprocess.run(
        [sys.executable, "-m", "tests.chaos.drive", *where, "--runs", str(in_browser), "--transport", str(others)],
        capture_output=True,
        text=True,
        env=os.environ | {"PORT": demo.url.rsplit(":", 1)[1]},
    )
    print(made.stdout)
    assert made.returncode == 0, made.stdout + made.stderr[-2000:]
    told = json.loads(made.stdout)
    assert (told["lost"], told["doubled"]) == (0, 0) and told["at_the_server"] > 0
