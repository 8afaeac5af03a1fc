"""What a device keeps: the service worker and its list, the manifest, the offline page, the way out of an account."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from tagwork.kit.ids import encode
from tests.builders import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built_workbench(settings: Any, tmp_path: Path) -> Path:
    chunks = {
        "src/entries/work.tsx": {"file": "assets/work-1.js", "imports": ["_shared.js"], "dynamicImports": ["late.ts"]},
        "src/entries/offline.tsx": {"file": "assets/offline-1.js", "imports": ["_shared.js"]},
        "src/entries/sign-out.tsx": {"file": "assets/sign-out-1.js"},
        "src/entries/review.tsx": {"file": "assets/review-1.js"},
        "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"]},
        "late.ts": {"file": "assets/late-1.js", "assets": ["assets/painter-1.js"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(chunks))
    (tmp_path / "service-worker.js").write_text("register();")
    settings.WORKBENCH_DIST = tmp_path
    return tmp_path


def shell(client: Client) -> Any:
    text = client.get("/service-worker.js").content.decode()
    found = re.fullmatch(r"self\.SHELL=(\{.*\});\nregister\(\);", text)
    assert found
    return json.loads(found[1])


def test_the_service_worker_knows_all_that_a_worker_may_need_and_nothing_of_others(client: Client) -> None:
    kept = shell(client)
    assert kept["offline"] == "/offline/"
    for name in ("work-1.js", "offline-1.js", "shared-1.js", "shared-1.css", "late-1.js", "painter-1.js"):
        assert f"/static/workbench/assets/{name}" in kept["files"]
    assert not any("review" in file for file in kept["files"])
    assert all(file.startswith("/static/") for file in kept["files"])


def test_another_build_is_another_version_and_is_asked_for_each_time(client: Client, built_workbench: Path) -> None:
    before = shell(client)["version"]
    manifest = built_workbench / "manifest.json"
    manifest.write_text(manifest.read_text().replace("late-1", "late-2"))
    assert shell(client)["version"] != before
    answer = client.get("/service-worker.js")
    assert answer["Cache-Control"] == "no-cache" and answer["Content-Type"].startswith("text/javascript")


def test_without_a_build_there_is_none(client: Client, built_workbench: Path) -> None:
    (built_workbench / "service-worker.js").unlink()
    assert client.get("/service-worker.js").status_code == 404


def test_the_manifest_makes_it_installable_with_icons_of_the_sizes_it_names(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert manifest["display"] == "standalone" and manifest["start_url"] == manifest["scope"] == "/"
    purposes = set()
    for icon in manifest["icons"]:
        if icon["type"] != "image/png":
            continue
        purposes.add((icon["purpose"], icon["sizes"]))
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as image:
            assert "x".join(map(str, image.size)) == icon["sizes"]
    assert purposes == {(purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")}


def test_what_matters_of_a_maskable_icon_lies_in_its_safe_circle() -> None:
    # W3C: a circle of 40 % of the width round the middle may not be cut.
    with Image.open(finders.find("web/icon-maskable-512.png")) as image:
        pixels = image.convert("RGB").load()
        ground = pixels[0, 0]
        inside = [(x, y) for x in range(0, 512, 4) for y in range(0, 512, 4) if pixels[x, y] != ground]
    assert inside and all((x - 256) ** 2 + (y - 256) ** 2 <= 204.8**2 for x, y in inside)


def test_the_offline_page_is_the_same_for_everybody(client: Client) -> None:
    def page() -> str:
        return re.sub(r'name="csrf-token" content="\w+"', "", client.get("/offline/").content.decode())

    as_stranger = page()
    client.force_login(people.worker())
    assert page() == as_stranger
    assert 'data-mode="offline"' in as_stranger and "offline-1.js" in as_stranger


def test_every_page_names_the_manifest(client: Client) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/help/").content.decode()


def test_signing_out_names_the_account_whose_store_is_looked_at(client: Client) -> None:
    worker = people.worker()
    client.force_login(worker)
    account = encode("p", worker.pk)
    assert f'data-sign-out="{account}"' in client.get("/help/").content.decode()
    asked = client.get("/accounts/logout/").content.decode()
    assert f'data-worker="{account}"' in asked and "sign-out-1.js" in asked and 'id="sign-out"' in asked
