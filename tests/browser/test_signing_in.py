"""From a stranger to a passkey in a real Chromium, under the content policy that a test client would ignore."""

import base64
import hashlib
import hmac
import os
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import free_port
from tests.browser.hands import confirm_by_mail

PASSWORD = "correct horse battery"
PORT = free_port()
SITE = f"http://localhost:{PORT}"  # a passkey belongs to a name; a bare address has none

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """An empty demo: web and background processes, no data but what the test makes."""
    with tempfile.TemporaryDirectory(prefix="tagwork-signing-in-") as folder:
        environment = {
            **os.environ,
            "TAGWORK_ENV": "demo",
            "DATA_DIR": folder,
            "PORT": str(PORT),
            "TAGWORK_SITE_URL": SITE,
            "DATABASE_URL": "",
        }
        manage = [sys.executable, "-m", "tagwork.jobs.manage"]
        subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
        subprocess.run([*manage, "collectstatic", "--noinput", "-v0"], env=environment, check=True)
        granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
        server = subprocess.Popen(
            [*granian, "--port", str(PORT), "--workers", "1", "tagwork.config.wsgi:application"],
            env=environment,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        jobs = subprocess.Popen(
            [str(Path(sys.executable).with_name("tagwork")), "jobs"],
            env=environment,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{SITE}/accounts/login/")
            yield SITE
        finally:
            for process in (server, jobs):
                process.terminate()
            for process in (server, jobs):
                process.wait(timeout=30)


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} did not answer within a minute")


def new_page(browser: Browser, complaints: list[str]) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True).new_page()
    page.on("console", lambda line: complaints.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return page


def code_of(secret: str) -> str:
    """RFC 6238 with SHA-1, 30 seconds, 6 digits; written here, so that the server is not checked against itself."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def test_the_code_is_that_of_rfc_6238(monkeypatch: pytest.MonkeyPatch) -> None:
    """Appendix B: the ASCII secret 12345678901234567890 at 59 s gives 94287082, the last six digits of it here."""
    monkeypatch.setattr(time, "time", lambda: 59.0)
    assert code_of(base64.b32encode(b"12345678901234567890").decode()) == "287082"


def submit(page: Page) -> None:
    page.locator("main form.form button").first.click()
    page.wait_for_load_state()


def test_a_stranger_signs_up_adds_a_second_factor_and_a_passkey_and_signs_in_with_it(
    site: str, browser: Browser
) -> None:
    complaints: list[str] = []
    page = new_page(browser, complaints)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{site}/accounts/signup/?next=/organisations/")
    page.fill("[name=email]", "stranger@example.org")
    page.fill("[name=password1]", PASSWORD)
    submit(page)
    page.get_by_role("link", name="Open the mail of the demo").click()
    page.locator("main .list a").first.click()
    page.locator("main .prose a").first.click()
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url("**/organisations/")

    page.goto(f"{site}/accounts/2fa/totp/activate/")
    confirm_by_mail(page, lambda: submit(page))
    secret = page.locator("#authenticator_secret").text_content()
    assert secret
    page.fill("[name=code]", code_of(secret.strip()))
    submit(page)
    page.wait_for_url("**/recovery-codes/")
    assert len((page.locator("#recovery_codes").text_content() or "").split()) == 10

    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/accounts/2fa/")
    assert "Manage (1)" in page.inner_text("main")

    page.click("summary.bar-link")
    page.get_by_role("button", name="Sign out").click()
    # What this device keeps is looked at first; only then is the form sent.
    page.get_by_role("link", name="Sign in").first.wait_for()
    page.goto(f"{site}/accounts/login/?next=/security/")
    page.click("#passkey_login")
    page.wait_for_url("**/security/")
    assert complaints == []


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/demo/mail/", "/rates/"]
)
def test_no_page_breaks_the_policy_of_content_or_the_width_of_a_phone(site: str, browser: Browser, path: str) -> None:
    complaints: list[str] = []
    page = new_page(browser, complaints)
    page.goto(site + path)
    assert complaints == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
