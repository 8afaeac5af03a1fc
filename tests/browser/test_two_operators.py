"""What lets money out takes two operators, each at a browser of their own: whoever proposes it cannot agree to it."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SETTINGS_SECONDS, Demo, tagwork
from tests.browser.hands import confirm_by_mail, sign_in, wait_until

pytestmark = pytest.mark.browser

LIMIT = "payouts.second_operator_from_micros"
HALF_A_DOLLAR = 500_000
# Litecoin Core's key_io_valid.json; nobody else of the demo is paid there.
ADDRESS = "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA"


@pytest.fixture
def olga(another: Callable[..., Page], demo: Demo) -> Page:
    return operator(another("desktop"), demo, "olga")


@pytest.fixture
def second(another: Callable[..., Page], demo: Demo) -> Page:
    """At a phone, as whoever is called in the evening to agree."""
    return operator(another("phone"), demo, "otto")


def operator(page: Page, demo: Demo, name: str) -> Page:
    account = demo.account(name)
    sign_in(page, account["email"], account["password"])
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def with_a_factor(page: Page, name: str, told: str) -> None:
    """Press what asks for a code by mail when none was given in the last minutes, up to what the page says then."""
    page.get_by_role("button", name=name, exact=True).click()
    code, done = page.get_by_role("button", name="Send me the code"), page.locator("main", has_text=told)
    expect(code.or_(done)).to_be_visible()
    if code.is_visible():
        confirm_by_mail(page, lambda: page.get_by_role("button", name="Go on").click())
    says(page, told)


def propose(page: Page, limit_micros: int) -> None:
    page.goto(f"/operator/settings/{LIMIT}/")
    page.get_by_label("New value").fill(str(limit_micros))
    with_a_factor(page, "Propose", "Proposed. It is in force when another operator has agreed.")


def agree(page: Page) -> None:
    page.goto("/operator/settings/")
    page.locator("section.card").get_by_role("link", name=LIMIT).click()
    with_a_factor(page, "Agree: put it in force", "In force within seconds, everywhere.")
    page.wait_for_timeout(SETTINGS_SECONDS * 1_000)


def limit_in_force(page: Page) -> str:
    page.goto(f"/operator/settings/{LIMIT}/")
    return page.locator("form.card dd").first.inner_text().split()[0]


def withdraw(page: Page, demo: Demo, name: str) -> str:
    """Half a dollar, by a program; the withdrawal's id."""
    headers = {"Authorization": f"Bearer {demo.account(name)['token']}", "Idempotency-Key": secrets.token_hex(8)}

    def post(path: str, body: dict[str, Any]) -> Any:
        answer = page.request.post(f"/api/v1{path}", headers=headers, data=body)
        assert answer.status == 201, answer.text()
        return answer.json()

    kept = post("/destinations", {"method": "ltc", "address": ADDRESS})
    return str(post("/withdrawals", {"destination_id": kept["id"], "amount_micros": HALF_A_DOLLAR})["id"])


def act(page: Page, withdrawal: str, name: str, told: str, *, because: tuple[str, str] | None = None) -> None:
    page.goto(f"/operator/withdrawals/{withdrawal}/")
    if because is not None:
        page.get_by_label(because[0]).fill(because[1])
    with_a_factor(page, name, told)


def propose_and_agree(olga: Page, second: Page) -> None:
    propose(olga, HALF_A_DOLLAR)
    expect(olga.get_by_text("You proposed it; another operator puts it in force.")).to_be_visible()
    expect(olga.get_by_role("button", name="Agree: put it in force")).to_have_count(0)
    # Also where her page is made to send it.
    olga.locator("button[value=drop]").evaluate("button => button.value = 'accept'")
    with_a_factor(olga, "Let it drop", "You proposed it yourself; another operator puts it in force.")
    assert limit_in_force(olga) != str(HALF_A_DOLLAR)
    agree(second)
    assert limit_in_force(olga) == str(HALF_A_DOLLAR)


def release_and_pay(olga: Page, second: Page, withdrawal: str) -> None:
    done = "Done, and written into the history."
    olga.goto(f"/operator/withdrawals/{withdrawal}/")
    # The background reviews it, by the limit in force before for a moment longer.
    approve = olga.get_by_role("button", name="Approve it", exact=True)
    wait_until(olga, lambda: approve.is_visible() or (olga.reload() and False), seconds=150)
    act(olga, withdrawal, "Approve it", done, because=("Why it is in order", "known to the house"))
    act(olga, withdrawal, "I pay it now", "an amount of this size must be paid by another operator")
    act(second, withdrawal, "I pay it now", done)
    # Back again, by the same rule.
    act(second, withdrawal, "It failed", done, because=("Proof that it will never arrive", "never sent"))
    act(second, withdrawal, "Put it back on the balance", "another operator")
    act(olga, withdrawal, "Put it back on the balance", done)
    says(olga, "Nothing: this withdrawal is at its end.")


def change_role(page: Page, email: str, what: str, told: str) -> None:
    page.goto(f"/operator/people/?text={email}")
    page.locator("main").get_by_role("link", name=email).first.click()
    form = page.locator("form#roles")
    form.get_by_label("Role").select_option("operator")
    form.get_by_label("What").select_option(what)
    form.get_by_label("Why").fill("runs the payouts of June")
    form.get_by_role("button", name="Change").click()
    says(page, told)


def make_an_operator(olga: Page, second: Page, email: str, proposed_by: str) -> None:
    roles = ".facts .tag"
    for _ in range(2):  # her own second word is the same proposal
        change_role(olga, email, "grant", "Proposed. It takes force when another operator gives the same role.")
        expect(olga.locator(roles)).to_have_text(["worker"])
        says(olga, f"{proposed_by} proposed them as an operator")
    change_role(second, email, "grant", "Changed, and written into the audit log.")
    expect(second.locator(roles)).to_have_text(["worker", "operator"])
    change_role(olga, email, "revoke", "Changed, and written into the audit log.")
    expect(olga.locator(roles)).to_have_text(["worker"])


def test_a_limit_a_payout_and_an_operator_are_agreed_to_by_the_other_operator(
    olga: Page, second: Page, demo: Demo
) -> None:
    before = limit_in_force(olga)
    propose_and_agree(olga, second)
    release_and_pay(olga, second, withdraw(olga, demo, "ana"))
    propose(second, int(before))
    agree(olga)
    assert limit_in_force(second) == before
    make_an_operator(olga, second, demo.account("chi")["email"], demo.account("olga")["email"])
    assert json.loads(tagwork("ledger", "verify", "--json", data_dir=demo.data_dir))["ok"] is True
