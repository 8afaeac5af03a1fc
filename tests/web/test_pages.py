"""What holds for every page: headers, words for what went wrong, no inline code, few queries, small style sheets."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django import forms
from django.test import Client

import tagwork.web
from tagwork.kit import settings as versioned
from tagwork.notices.operations.notify import notify
from tagwork.payouts.policy import METHODS
from tagwork.people.models import Organisation
from tagwork.web.forms import Filters
from tests.builders import people

WEB = Path(tagwork.web.__file__).parent
TEMPLATES = sorted(WEB.parent.glob("*/templates/**/*.html"))
FOR_ANYONE = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/"]
FOR_SIGNED_IN = ["/profile/", "/security/", "/organisations/", "/notices/", "/accounts/2fa/", "/accounts/email/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*FOR_ANYONE, *FOR_SIGNED_IN, "/admin/"])
def test_every_page_is_under_the_policy_of_content(client: Client, path: str) -> None:
    operator = people.operator()
    TOTP.activate(operator, generate_totp_secret())
    client.force_login(operator)
    answer = client.get(path)
    allowed = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == allowed["style-src"] == allowed["form-action"] == "'self'"
    assert allowed["frame-ancestors"] == allowed["base-uri"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_pages_travel_compressed_and_the_answers_of_the_api_as_they_are(client: Client) -> None:
    accepts = {"Accept-Encoding": "gzip, br"}
    sent = client.get("/accounts/signup/", headers=accepts)
    assert sent["Content-Encoding"] == "gzip" and "Accept-Encoding" in sent["Vary"]
    page = gzip.decompress(sent.content).decode()
    assert "csrfmiddlewaretoken" in page
    assert len(sent.content) < len(page) / 2
    assert "Content-Encoding" not in client.get("/accounts/signup/")
    document = client.get("/api/v1/openapi.json", headers=accepts)
    assert document.status_code == 200 and "Content-Encoding" not in document


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB.parent)))
def test_no_template_holds_code_or_style_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "use a class, an SVG attribute or <meter>"
    assert not re.search(r"<style|javascript:", text)
    assert not re.search(r"""\son[a-z]+\s*=\s*["']""", text), "listen in a file under static/"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in tag or 'type="application/json"' in tag, tag
    assert not re.search(r"""<(script|link|img)[^>]*(src|href)=["']?(https?:)?//""", text), "nothing from elsewhere"


def test_the_style_sheets_of_all_pages_fit_in_fifteen_kilobytes() -> None:
    sheets = b"".join(path.read_bytes() for path in sorted((WEB / "static" / "web").rglob("*.css")))
    assert len(gzip.compress(sheets, 9)) <= 15 * 1024


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb or #rgb."""
    digits = color.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def themes() -> dict[str, dict[str, str]]:
    text = (WEB / "static" / "web" / "site.css").read_text()
    blocks = re.findall(r"(:root[^{]*)\{([^{}]*)\}", text)
    colors = [dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{3,6});", body)) for _, body in blocks]
    light, dark, chosen_dark = (found for found in colors if found)
    assert dark == chosen_dark, "the dark theme stands twice in the file and must be the same"
    return {"light": light, "dark": light | dark}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_edges_can_be_read_in_both_themes(theme: str) -> None:
    color = themes()[theme]
    for ground in ("--ground", "--surface", "--sunken"):
        for ink in ("--ink", "--ink-2", "--accent", "--good", "--warn", "--bad"):
            assert contrast(color[ink], color[ground]) >= 4.5, (ink, ground)
    for edge in ("--edge", "--focus"):
        for ground in ("--ground", "--surface"):
            assert contrast(color[edge], color[ground]) >= 3, (edge, ground)
    for tone in ("accent", "good", "warn", "bad"):
        assert contrast(color[f"--{tone}"], color[f"--{tone}-soft"]) >= 4.5, tone
    assert contrast(color["--on-accent"], color["--accent"]) >= 4.5
    assert contrast(color["--on-accent"], color["--accent-hover"]) >= 4.5
    assert contrast(color["--editor-ink"], color["--editor"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_greys_carry_no_tint(theme: str) -> None:
    """DESIGN 7: so that no tint falls on an image."""
    color = themes()[theme]
    for name in ("--ground", "--surface", "--sunken", "--line", "--edge", "--ink", "--ink-2", "--editor"):
        digits = color[name].lstrip("#")
        step = len(digits) // 3
        assert len({digits[at : at + step] for at in range(0, len(digits), step)}) == 1, name


@pytest.mark.django_db
def test_a_page_costs_the_session_and_the_person_and_no_query_for_its_frame(
    client: Client, django_assert_num_queries: Any
) -> None:
    person = people.worker()
    notify(person.pk, kind="test", text="Something happened.", event_key="1")
    client.force_login(person)
    with django_assert_num_queries(2):
        page = client.get("/screen-test/").content.decode()
    assert "some unread" in page


@pytest.mark.django_db
def test_what_may_stay_empty_says_so_but_not_where_a_list_is_narrowed() -> None:
    class Asking(forms.Form):
        note = forms.CharField(required=False)

    class Narrowing(Filters):
        note = forms.CharField(required=False)

    assert "optional" in Asking()["note"].as_field_group()
    assert "optional" not in Narrowing()["note"].as_field_group()


def test_an_unknown_address_says_so_in_words(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_says_so_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("tagwork.web.account.home.home_url", breaks)
    client.raise_request_exception = False
    client.force_login(people.worker())
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert "broken on purpose" not in answer.content.decode()


@pytest.mark.django_db
def test_the_mail_of_the_demo_does_not_exist_elsewhere(client: Client, settings: Any) -> None:
    assert client.get("/demo/mail/").status_code == 404
    settings.IS_DEMO = True
    assert client.get("/demo/mail/").status_code == 200
    assert client.get("/demo/mail/..secret-key/").status_code == 404


@pytest.mark.django_db
def test_the_first_page_tells_strangers_what_this_is_and_sends_others_to_their_work(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "For workers" in page and "For clients" in page
    client.force_login(people.outsider())
    assert client.get("/").status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_strangers_read_the_ways_out_of_money_as_a_list_in_their_language(client: Client) -> None:
    versioned.change(METHODS, ["ltc", "manual"], by="test")
    versioned.forget()
    assert "Litecoin, Paid by hand; fees shown before you confirm" in client.get("/").content.decode()
    spanish = client.get("/", headers={"Accept-Language": "es"}).content.decode()
    assert "Litecoin, Pago manual; las comisiones se muestran" in spanish


@pytest.mark.django_db
def test_a_token_is_shown_once(client: Client) -> None:
    person = people.worker()
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})
    shown = client.post("/security/tokens/", {"name": "nightly export"})
    text = re.search(r"tgw_[\w-]{43}", shown.content.decode())
    assert text is not None
    assert "no-store" in shown["Cache-Control"]
    assert text.group() not in client.get("/security/").content.decode()
    token = person.api_tokens.get()
    assert client.post(f"/security/tokens/{token.pk}/revoke/").status_code == 302
    assert client.get(f"/security/tokens/{token.pk}/revoke/").status_code == 405
    assert "nightly export" not in client.get("/security/").content.decode()


@pytest.mark.django_db
def test_nobody_revokes_the_token_of_another_by_its_address(client: Client) -> None:
    from tagwork.people.operations.create_token import create_token

    token, _ = create_token(people.worker(), "script")
    client.force_login(people.outsider())
    assert client.post(f"/security/tokens/{token.pk}/revoke/").status_code == 404


@pytest.mark.django_db
def test_a_worker_becomes_a_client_by_creating_an_organisation(client: Client) -> None:
    client.force_login(people.worker())
    made = client.post("/organisations/", {"name": "Street Signs"})
    organisation = Organisation.objects.get(name="Street Signs")
    assert made.url == f"/organisations/{organisation.pk}/"
    client.post(f"/organisations/{organisation.pk}/invite/", {"email": people.outsider().email, "role": "member"})
    client.force_login(people.outsider())
    invitation = organisation.invitations.get()
    assert client.get(f"/organisations/{organisation.pk}/").status_code == 404
    assert "Street Signs" in client.get("/organisations/").content.decode()
    client.post(f"/invitations/{invitation.pk}/accept/")
    page = client.get(f"/organisations/{organisation.pk}/").content.decode()
    assert "Owners invite and remove people" in page


@pytest.mark.django_db
def test_a_stranger_does_not_learn_of_an_organisation(client: Client) -> None:
    organisation = people.client().organisation
    client.force_login(people.worker())
    for path in ("", "invite/", f"members/{people.client().person.pk}/remove/"):
        method = client.get if path == "" else client.post
        assert method(f"/organisations/{organisation.pk}/{path}").status_code == 404


@pytest.mark.django_db
def test_the_last_owner_reads_why_they_stay(client: Client) -> None:
    mine = people.client()
    client.force_login(mine.person)
    answer = client.post(f"/organisations/{mine.organisation.pk}/members/{mine.person.pk}/remove/", follow=True)
    assert "keeps at least one owner" in answer.content.decode()


@pytest.mark.django_db
def test_the_profile_page_says_what_is_missing_and_saves(client: Client) -> None:
    person = people.person("fresh@example.test")
    client.force_login(person)
    assert "Paid work starts when" in client.get("/profile/").content.decode()
    filled = {
        "display_name": "Ana",
        "country": "KE",
        "languages": ["en", "sw"],
        "time_zone": "Africa/Nairobi",
        "is_adult": "on",
        "terms_accepted": "on",
    }
    answer = client.post("/profile/", filled, follow=True).content.decode()
    assert "Nothing is missing" in answer
    wrong = client.post("/profile/", filled | {"country": "XX"}).content.decode()
    assert 'aria-invalid="true"' in wrong


@pytest.mark.django_db
def test_notices_are_read_by_saying_so_not_by_looking(client: Client) -> None:
    person = people.worker()
    notify(person.pk, kind="test", text="Something happened.", event_key="1", link="/profile/")
    client.force_login(person)
    client.get("/notices/")
    assert person.notices.filter(read_at=None).count() == 1
    client.post("/notices/")
    assert person.notices.filter(read_at=None).count() == 0
