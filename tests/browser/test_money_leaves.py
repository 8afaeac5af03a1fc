"""A worker on a phone withdraws, takes it back, withdraws again; an operator pays by hand; the books still balance."""

import json
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, tagwork
from tests.browser.hands import api, confirm_by_mail, sign_in, wait_until

pytestmark = pytest.mark.browser

# The key hash of BIP 173's own examples under Litecoin's prefix; the second has its last character changed.
ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
MISTYPED = ADDRESS[:-1] + "p"
HALF_A_DOLLAR = 500_000


def add_the_destination(page: Page) -> None:
    page.goto("/withdrawals/")
    page.get_by_role("link", name=re.compile("^Add a")).tap()
    page.get_by_label("Method").select_option("ltc")
    page.get_by_label("Address").fill(MISTYPED)
    page.get_by_role("button", name="Check it").tap()
    expect(page.locator(".errorlist")).to_contain_text("This is not an address that can be paid")
    assert not api(page, "/destinations")["items"]
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_role("button", name="Check it").tap()
    expect(page.locator("h1")).to_contain_text("Is this your address?")
    page.get_by_role("button", name="Keep it").tap()
    expect(page.locator("main")).to_contain_text("The destination is kept.")


def withdraw(page: Page, *, is_confirmed: bool) -> str:
    """Half a dollar, by way of the page that shows what it comes to; returns the withdrawal's id.

    `is_confirmed`: a code by mail was given in the last minutes, so that none is asked for."""
    page.goto("/withdrawals/")
    page.get_by_label("Amount in US dollars").fill("0.50")
    page.get_by_role("button", name="Continue").tap()
    facts = page.locator("dl.facts")
    expect(page.locator("h1")).to_contain_text("Is this right?")
    expect(facts).to_contain_text(re.compile(r"Fee\s*\$0\.00"))
    expect(facts).to_contain_text(re.compile(r"You receive\s*\$0\.50"))
    page.get_by_role("button", name="Withdraw $0.50").tap()
    if not is_confirmed:
        confirm_by_mail(page, lambda: page.get_by_role("button", name="Go on").tap())
    expect(page.locator("main")).to_contain_text("Your withdrawal is requested.")
    return str(api(page, "/withdrawals")["items"][0]["id"])


def state(page: Page, withdrawal: str) -> str:
    return next(str(one["state"]) for one in api(page, "/withdrawals")["items"] if one["id"] == withdrawal)


def press(operator: Page, title: str) -> None:
    operator.get_by_role("button", name=title, exact=True).click()
    expect(operator.locator("main")).to_contain_text("Done, and written into the history.")


def test_a_withdrawal_is_cancelled_and_another_is_paid(phone: Page, another: Callable[..., Page], demo: Demo) -> None:
    ben = demo.account("ben")
    sign_in(phone, ben["email"], ben["password"])
    phone.on("dialog", lambda dialog: dialog.accept())
    before = api(phone, "/me/balance")
    assert before["main_micros"] >= HALF_A_DOLLAR
    add_the_destination(phone)

    first = withdraw(phone, is_confirmed=False)
    assert api(phone, "/me/balance") == before | {
        "main_micros": before["main_micros"] - HALF_A_DOLLAR,
        "held_micros": HALF_A_DOLLAR,
    }
    phone.get_by_role("button", name="Cancel it").tap()
    expect(phone.locator("main")).to_contain_text("Cancelled. The money is back on your main balance.")
    assert state(phone, first) == "cancelled"
    assert api(phone, "/me/balance") == before

    second = withdraw(phone, is_confirmed=True)
    wait_until(phone, lambda: state(phone, second) == "approved")
    operator = another("desktop")
    olga = demo.account("olga")
    sign_in(operator, olga["email"], olga["password"])
    operator.goto("/operator/withdrawals/")
    operator.locator(f"a[href*='{second}']").first.click()
    expect(operator.locator("#address")).to_have_text(ADDRESS)
    operator.get_by_role("button", name="I pay it now", exact=True).click()
    confirm_by_mail(operator, lambda: operator.get_by_role("button", name="Go on").click())
    expect(operator.locator("main")).to_contain_text("Done, and written into the history.")
    assert state(phone, second) == "signed"
    phone.reload()
    expect(phone.get_by_role("button", name="Cancel it")).to_have_count(0)
    txid = secrets.token_hex(32)
    operator.get_by_label("Transaction id or reference").fill(txid)
    press(operator, "It is sent")
    press(operator, "It has arrived")

    phone.reload()
    expect(phone.locator("#txid")).to_have_text(txid)
    expect(phone.locator("main")).to_contain_text(re.compile("confirmed|arrived", re.I))
    assert state(phone, second) == "confirmed"
    assert api(phone, "/me/balance") == before | {"main_micros": before["main_micros"] - HALF_A_DOLLAR}
    assert json.loads(tagwork("ledger", "verify", "--json", data_dir=demo.data_dir))["ok"] is True
