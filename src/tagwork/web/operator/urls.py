from django.urls import path

from tagwork.web import converters  # noqa: F401 - registers the identifiers used below
from tagwork.web.operator import audit, deposits, overview, payouts, people, refunds, settings, withdrawals

urlpatterns = [
    path("", overview.overview, name="operate"),
    path("verify/", overview.verify, name="operate-verify"),
    path("people/", people.people, name="operate-people"),
    path("people/<p:person_id>/", people.person, name="operate-person"),
    path("people/<p:person_id>/close/", people.close, name="operate-close-account"),
    path("people/<p:person_id>/role/", people.role, name="operate-role"),
    path("people/<p:person_id>/restrictions/", people.impose, name="operate-restrict"),
    path("people/<p:person_id>/restrictions/<x:restriction_id>/confirm/", people.confirm, name="operate-confirm-ban"),
    path("people/<p:person_id>/restrictions/<x:restriction_id>/lift/", people.lift_, name="operate-lift"),
    path("deposits/", deposits.deposits, name="operate-deposits"),
    path("deposits/<dp:deposit_id>/reverse/", deposits.reverse, name="operate-reverse-deposit"),
    path("refunds/", refunds.refunds, name="operate-refunds"),
    path("withdrawals/", withdrawals.withdrawals, name="operate-payouts"),
    path("withdrawals/<w:withdrawal_id>/", withdrawals.withdrawal, name="operate-withdrawal"),
    path("withdrawals/<w:withdrawal_id>/act/", withdrawals.act, name="operate-withdrawal-act"),
    path("payouts/", payouts.payouts, name="operate-console"),
    path("payouts/<slug:method>/run/", payouts.run, name="operate-run"),
    path("payouts/batches/<b:batch_id>/", payouts.batch, name="operate-batch"),
    path("payouts/freezes/<fz:freeze_id>/lift/", payouts.lift, name="operate-lift-freeze"),
    path("payouts/year/<int:number>/", payouts.year, name="operate-year"),
    path("payouts/year/<int:number>.csv", payouts.year_file, name="operate-year-file"),
    path("settings/", settings.settings, name="operate-settings"),
    path("settings/<slug:room>.<str:rest>/", settings.setting, name="operate-setting"),
    path("audit/", audit.audit, name="operate-audit"),
]
