"""The operator's pages: money, people, payouts, rules and the audit log."""

from typing import Any

import pytest
from django.test import Client

from tagwork.kit import clock, outbox
from tagwork.kit import settings as versioned
from tagwork.kit.ids import encode
from tagwork.kit.models import AuditEntry
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef
from tagwork.notices.models import Notice
from tagwork.payouts import policy
from tagwork.payouts.models import WithdrawalEvent
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import WithdrawalView
from tagwork.people.models import Person
from tagwork.standing.models import Restriction
from tests.builders import people, work
from tests.builders.browsers import browser, confirmed

pytestmark = pytest.mark.django_db

PAGES = ["", "people/", "deposits/", "withdrawals/", "settings/", "settings/quality.gold_least/", "audit/"]
# Litecoin Core v0.21.5.5 src/test/data/key_io_valid.json
ADDRESS = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"
TXID = "ab" * 32


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def withdrawal(amount_micros: int = 5_000_000, *, is_reviewed: bool = True) -> WithdrawalView:
    """A worker's withdrawal to Litecoin, as the rules leave it."""
    worker = people.worker()
    post(
        key=f"earned:{amount_micros}",
        kind="deposit",
        lines=[
            (AccountRef("external_in", "method:manual"), -amount_micros),
            (AccountRef("worker_main", f"worker:{worker.pk}"), amount_micros),
        ],
    )
    destination = add_destination(worker, "ltc", ADDRESS)
    made = request_withdrawal(worker, destination.id, amount_micros, f"test-{amount_micros}")
    if is_reviewed:
        review_withdrawal(made.id)
    return made


@pytest.mark.parametrize("rest", PAGES)
def test_pages_open_for_operators_and_do_not_exist_for_others(client: Client, rest: str) -> None:
    assert browser(people.operator()).get(f"/operator/{rest}").status_code == 200
    for other in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        assert browser(other).get(f"/operator/{rest}").status_code == 404
    assert client.get(f"/operator/{rest}").status_code == 302


def test_the_overview_shows_the_books_and_proves_them_when_asked(django_assert_max_num_queries: Any) -> None:
    work.open_project()
    at_browser = browser(people.operator())
    with django_assert_max_num_queries(28):
        page = text_of(at_browser.get("/operator/"))
    # $1,000 came in; 3 slots at $0.0075 lie in the project's escrow.
    assert "$999.9775" in page and "$0.0225" in page and "Every check holds" not in page
    assert "Every check holds." in text_of(at_browser.post("/operator/verify/"))
    assert at_browser.get("/operator/verify/").status_code == 405


# --- People ----------------------------------------------------------------------------------------------------------


def page_of(person: Person, rest: str = "") -> str:
    return f"/operator/people/{encode('p', person.pk)}/{rest}"


RESTRICTION = {
    "kind": "suspension",
    "scope": "all",
    "days": "7",
    "text": "Your answers were drawn by a program.",
    "note": "200 answers in ten minutes",
    "subjects": "",
}


def test_people_are_found_by_address_name_and_role(django_assert_max_num_queries: Any) -> None:
    people.worker()
    people.client()
    at_browser = browser(people.operator())
    with django_assert_max_num_queries(6):
        found = at_browser.get("/operator/people/?text=worker1")
    assert [one.email for one in found.context["page"]] == ["worker1@example.test"]
    clients = at_browser.get("/operator/people/?role=client").context["page"]
    assert [one.email for one in clients] == ["client@example.test"]
    assert "Nobody fits" in at_browser.get("/operator/people/?text=zzz").content.decode()
    assert at_browser.get(f"/operator/people/{encode('p', people.client().organisation.pk)}/").status_code == 404


def test_a_suspension_names_evidence_and_end_and_is_audited() -> None:
    worker = people.worker()
    submission = work.submitted(*(lambda project: (work.reader(project), project))(work.open_project()))
    at_browser = confirmed(people.operator())
    without = at_browser.post(page_of(worker, "restrictions/"), RESTRICTION | {"note": ""})
    assert without.status_code == 422 and "Name the tasks or the facts it rests on." in without.content.decode()
    wrong = at_browser.post(page_of(worker, "restrictions/"), RESTRICTION | {"subjects": "s_nonsense"})
    assert wrong.status_code == 422 and "is no identifier of a submission" in wrong.content.decode()
    sent = RESTRICTION | {"subjects": encode("s", submission.pk)}
    assert at_browser.post(page_of(worker, "restrictions/"), sent).status_code == 302
    made = Restriction.objects.get(worker=worker)
    assert (made.kind, made.state) == ("suspension", "active")
    assert made.evidence["subjects"] == [f"submission:{submission.pk}"]
    assert AuditEntry.objects.filter(action="restrict.suspension", actor=str(people.operator().pk)).exists()
    page = text_of(at_browser.get(page_of(worker)))
    assert "200 answers in ten minutes" in page and people.operator().email in page


def test_a_ban_takes_two_operators_and_can_be_lifted_with_a_reason() -> None:
    worker = people.worker()
    first, second = (confirmed(one) for one in (people.operator(), people.second_operator()))
    first.post(page_of(worker, "restrictions/"), RESTRICTION | {"kind": "ban", "days": ""})
    ban = Restriction.objects.get(worker=worker)
    assert ban.state == Restriction.State.PROPOSED
    assert "A ban waits for a second operator." in second.get("/operator/").content.decode()
    confirm = page_of(worker, f"restrictions/{encode('x', ban.pk)}/confirm/")
    assert "takes two operators" in first.post(confirm, follow=True).content.decode()
    assert "Confirm the ban" not in first.get(page_of(worker)).content.decode()
    assert "Confirm the ban" in second.get(page_of(worker)).content.decode()
    second.post(confirm)
    ban.refresh_from_db()
    assert (ban.state, ban.second_by) == ("active", str(people.second_operator().pk))
    lift = page_of(worker, f"restrictions/{encode('x', ban.pk)}/lift/")
    assert "Say why it is lifted" in first.post(lift, {"because": " "}, follow=True).content.decode()
    assert first.post(page_of(people.second_worker(), f"restrictions/{encode('x', ban.pk)}/lift/")).status_code == 404
    first.post(lift, {"because": "It was somebody else."})
    ban.refresh_from_db()
    assert ban.state == Restriction.State.LIFTED


def test_a_role_is_given_by_another_operator_and_never_to_oneself() -> None:
    worker = people.confirmed(people.worker())
    at_browser = confirmed(people.operator())
    sent = {"role": "moderator", "act": "grant", "reason": "Passed the training."}
    assert at_browser.post(page_of(worker, "role/"), sent).status_code == 302
    worker.refresh_from_db()
    assert worker.is_moderator
    own = at_browser.post(page_of(people.operator(), "role/"), sent, follow=True)
    assert "by another operator" in own.content.decode()
    assert at_browser.post(page_of(people.operator(), "restrictions/"), RESTRICTION).status_code == 403


def test_an_operator_is_made_by_two_who_both_see_that_it_waits() -> None:
    worker, first, second = people.confirmed(people.worker()), people.operator(), people.second_operator()
    sent = {"role": "operator", "act": "grant", "reason": "Joins the house."}
    answer = confirmed(first).post(page_of(worker, "role/"), sent, follow=True)
    assert "Proposed." in text_of(answer) and f"{first.email} proposed them" in text_of(answer)
    outbox.deliver()
    notice = Notice.objects.get(kind="role")
    assert notice.person_id == second.pk and worker.email in notice.text
    assert 'value="operator" selected' in text_of(browser(second).get(notice.link))
    at_browser = confirmed(second)
    assert f"{worker.email} is proposed as an operator" in text_of(at_browser.get("/operator/"))
    at_browser.post(page_of(worker, "role/"), {**sent, "reason": "Seen the contract."})
    worker.refresh_from_db()
    assert worker.is_operator
    assert "is proposed as an operator" not in text_of(at_browser.get("/operator/"))


@pytest.mark.parametrize("rest", ["role/", "restrictions/"])
def test_an_act_on_a_person_asks_for_a_fresh_proof(rest: str) -> None:
    answer = browser(people.operator()).post(page_of(people.worker(), rest), RESTRICTION)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not Restriction.objects.exists()


# --- Deposits --------------------------------------------------------------------------------------------------------


def test_a_deposit_is_recorded_once_and_is_available() -> None:
    organisation = people.client().organisation
    at_browser = confirmed(people.operator())
    key = at_browser.get("/operator/deposits/").context["form"]["key"].value()
    sent = {"organisation": encode("o", organisation.pk), "amount": "250.50", "reference": "SEPA 4711", "key": key}
    for _ in range(2):
        assert at_browser.post("/operator/deposits/", sent).status_code == 302
    available = AccountRef("client_available", f"organisation:{organisation.pk}")
    assert balance_micros(available) == 250_500_000
    assert "SEPA 4711" in at_browser.get("/operator/deposits/").content.decode()
    other = at_browser.post("/operator/deposits/", sent | {"amount": "1"})
    assert other.status_code == 422 and "used before" in other.content.decode()
    assert at_browser.post("/operator/deposits/", sent | {"amount": "-5"}).status_code == 422


def test_a_deposit_is_reversed_in_two_steps_and_once() -> None:
    organisation, at_browser = people.client().organisation, confirmed(people.operator())
    made = record_deposit(organisation, 5_000_000, "SEPA 4712", people.operator(), "k")
    page = f"/operator/deposits/{encode('dp', made)}/reverse/"
    assert page in text_of(at_browser.get("/operator/deposits/"))
    first = at_browser.get(page)
    assert "Nothing has moved yet" in text_of(first) and "$5.00" in text_of(first)
    assert at_browser.post(page, {"reason": "Not theirs."}).status_code == 422
    stale = browser(people.operator()).post(page, {"reason": "Not theirs.", "is_sure": "on"})
    assert stale.status_code == 302 and "reauthenticate" in stale["Location"]
    assert at_browser.post(page, {"reason": "Not theirs.", "is_sure": "on"})["Location"] == "/operator/deposits/"
    assert balance_micros(AccountRef("client_available", f"organisation:{organisation.pk}")) == 0
    assert page not in text_of(at_browser.get("/operator/deposits/"))
    assert "It was taken back" in text_of(at_browser.get(page))
    assert "recorded by mistake" in text_of(browser(people.client().person).get("/deposits/"))


def test_a_deposit_asks_for_a_fresh_proof() -> None:
    sent = {"organisation": encode("o", people.client().organisation.pk), "amount": "1", "reference": "x", "key": "k"}
    answer = browser(people.operator()).post("/operator/deposits/", sent)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]


# --- Withdrawals -----------------------------------------------------------------------------------------------------


def act(at_browser: Client, row: WithdrawalView, name: str, text: str = "") -> Any:
    return at_browser.post(f"/operator/withdrawals/{encode('w', row.id)}/act/", {"act": name, "text": text})


def state_of(at_browser: Client, row: WithdrawalView) -> str:
    return str(at_browser.get(f"/operator/withdrawals/{encode('w', row.id)}/").context["row"].state)


def test_a_withdrawal_is_paid_by_hand_step_by_step_with_its_history() -> None:
    row = withdrawal()
    at_browser = confirmed(people.operator())
    page = at_browser.get("/operator/withdrawals/").content.decode()
    assert people.worker().email in page and "$5.00" in page
    for name, text, state in (
        ("hold", "A look first.", "held"),
        ("release", "It is in order.", "approved"),
        ("sign", "", "signed"),
        ("sent", TXID, "broadcast"),
        ("confirm", "", "confirmed"),
    ):
        assert act(at_browser, row, name, text).status_code == 302, name
        assert state_of(at_browser, row) == state
    history = text_of(at_browser.get(f"/operator/withdrawals/{encode('w', row.id)}/"))
    assert TXID in history and "It is in order." in history and people.operator().email in history
    assert AuditEntry.objects.filter(subject=f"withdrawal:{row.id}", action="withdrawal.confirmed").exists()
    assert "Nothing to do" in at_browser.get("/operator/withdrawals/").content.decode()
    assert people.worker().email in at_browser.get("/operator/withdrawals/?state=confirmed").content.decode()


def test_a_count_of_nothing_is_said_beside_a_step_and_what_is_not_so_is_left_away() -> None:
    row = withdrawal()
    WithdrawalEvent.objects.create(
        withdrawal_id=row.id, version=99, from_state=row.state, to_state=row.state, actor="rule", at=clock.now(),
        detail={"confirmations": 0, "is_earlier": False, "note": "", "reason": None},
    )  # fmt: skip
    at_browser = confirmed(people.operator())
    entry = at_browser.get(f"/operator/withdrawals/{encode('w', row.id)}/").context["entries"][-1]
    assert [(str(one["word"]), one["value"]) for one in entry["detail"]] == [("Blocks", 0)]


def test_a_failed_payout_needs_its_proof_and_goes_back_to_the_balance() -> None:
    row = withdrawal()
    at_browser = confirmed(people.operator())
    act(at_browser, row, "sign")
    refused = act(at_browser, row, "fail", "  ")
    assert refused.status_code == 409 and "proof" in refused.content.decode()
    act(at_browser, row, "fail", "The network refused it: the output is below its limit.")
    act(at_browser, row, "refund")
    assert state_of(at_browser, row) == "refunded"
    assert balance_micros(AccountRef("worker_main", f"worker:{people.worker().pk}")) == 5_000_000


def test_a_step_out_of_turn_or_with_a_wrong_reference_says_why() -> None:
    row = withdrawal()
    at_browser = confirmed(people.operator())
    early = act(at_browser, row, "sent", TXID)
    assert early.status_code == 409 and "nobody has committed" in early.content.decode()
    act(at_browser, row, "sign")
    wrong = act(at_browser, row, "sent", "paid it")
    assert wrong.status_code == 409 and "does not look like the reference" in wrong.content.decode()
    assert "paid it" in wrong.content.decode(), "what was typed is kept"
    assert act(at_browser, row, "burn").status_code == 404


def test_a_large_amount_takes_two_operators() -> None:
    versioned.change(policy.SECOND_OPERATOR_FROM_MICROS, 5_000_000, by="test")
    versioned.forget()
    row = withdrawal()
    first, second = (confirmed(one) for one in (people.operator(), people.second_operator()))
    assert state_of(first, row) == "held"
    act(first, row, "release", "The amount is right.")
    refused = act(first, row, "sign")
    assert refused.status_code == 409 and "by another operator" in refused.content.decode()
    assert act(second, row, "sign").status_code == 302


def test_a_step_asks_for_a_fresh_proof_and_does_not_exist_for_others() -> None:
    row = withdrawal()
    answer = act(browser(people.operator()), row, "sign")
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    for other in (people.worker(), people.moderator()):
        assert act(browser(other, is_fresh=True), row, "sign").status_code == 404
        assert browser(other).get(f"/operator/withdrawals/{encode('w', row.id)}/").status_code == 404


# --- Rules and the log -----------------------------------------------------------------------------------------------


def test_a_rule_is_changed_keeps_its_history_and_refuses_nonsense() -> None:
    at_browser = confirmed(people.operator())
    path = "/operator/settings/quality.gold_least/"
    assert "Never changed" in at_browser.get(path).content.decode()
    assert at_browser.post(path, {"value": "30"}).status_code == 302
    versioned.forget()
    assert versioned.in_force("quality.gold_least") == 30
    page = at_browser.get(path).content.decode()
    assert people.operator().email in page
    for nonsense, why in (("-1", "Use a whole number"), ("many", "cannot be read")):
        refused = at_browser.post(path, {"value": nonsense})
        assert refused.status_code == 422 and why in refused.content.decode()
    assert AuditEntry.objects.filter(action="setting.changed", subject="setting:quality.gold_least").count() == 1
    assert at_browser.get("/operator/settings/quality.no_such_rule/").status_code == 404


def test_what_lets_money_out_takes_a_second_factor_and_a_second_operator() -> None:
    path, name = "/operator/settings/payouts.second_operator_from_micros/", policy.SECOND_OPERATOR_FROM_MICROS
    in_force = versioned.in_force(name)
    asked = browser(people.operator(), is_fresh=True).post(path, {"value": "1000000000"})
    assert asked.status_code == 302 and "/accounts/2fa/reauthenticate/" in asked["Location"]
    first, second = confirmed(people.operator()), confirmed(people.second_operator())
    assert first.post(path, {"value": "1000000000"}).status_code == 302
    versioned.forget()
    assert versioned.in_force(name) == in_force
    [proposal] = versioned.proposals()
    own = text_of(first.get(path))
    assert "Waits for another operator" in own and "Agree: put it in force" not in own
    sent = {"proposal": str(proposal.pk), "act": "accept"}
    refused = first.post(path + "decide/", sent)
    assert refused.status_code == 409 and "You proposed it yourself" in text_of(refused)
    assert name in text_of(second.get("/operator/settings/"))
    assert "Agree: put it in force" in text_of(second.get(path))
    assert second.post(path + "decide/", sent).status_code == 302
    versioned.forget()
    assert versioned.in_force(name) == 1_000_000_000
    late = second.post(path + "decide/", sent)
    assert late.status_code == 409 and "decided already" in text_of(late)
    assert browser(people.worker()).post(path + "decide/", sent).status_code == 404
    assert first.post("/operator/settings/payouts.no_such_rule/decide/", sent).status_code == 404


def test_a_proposal_is_dropped_and_nonsense_is_refused_before_it_is_one() -> None:
    path, at_browser = "/operator/settings/payouts.network/", confirmed(people.operator())
    assert at_browser.post(path, {"value": "mars"}).status_code == 422
    assert at_browser.post(path, {"value": "regtest"}).status_code == 302
    [proposal] = versioned.proposals()
    assert at_browser.post(path + "decide/", {"proposal": str(proposal.pk), "act": "drop"}).status_code == 302
    assert versioned.proposals() == [] and versioned.history("payouts.network") == []


def test_every_rule_is_listed_and_found_by_its_words() -> None:
    at_browser = browser(people.operator())
    page = at_browser.get("/operator/settings/").content.decode()
    assert all(one.text in page.replace("&#x27;", "'").replace("&lt;", "<") for one in versioned.declarations())
    found = at_browser.get("/operator/settings/?text=gold task retires").content.decode()
    assert "gold_disputes" in found and "minimum_micros" not in found


def test_the_log_is_filtered_by_who_what_and_about_what(django_assert_max_num_queries: Any) -> None:
    row = withdrawal()
    at_browser = confirmed(people.operator())
    act(at_browser, row, "hold", "A look first.")
    versioned.change("quality.gold_least", 21, by=str(people.second_operator().pk))
    with django_assert_max_num_queries(8):
        page = at_browser.get("/operator/audit/")
    assert {one["entry"].action for one in page.context["rows"]} == {"withdrawal.held", "setting.changed"}
    for query, action in (
        (f"actor={people.second_operator().pk}", "setting.changed"),
        ("action=withdrawal.", "withdrawal.held"),
        (f"subject=withdrawal:{row.id}", "withdrawal.held"),
    ):
        rows = at_browser.get(f"/operator/audit/?{query}").context["rows"]
        assert [one["entry"].action for one in rows] == [action]
    assert "No entry fits" in at_browser.get("/operator/audit/?action=nothing").content.decode()
