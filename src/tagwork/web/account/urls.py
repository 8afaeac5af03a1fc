from django.urls import path

from tagwork.web.account import (
    closing,
    demo_mail,
    home,
    language,
    mail_code,
    notices,
    organisations,
    profile,
    security,
    tax,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("favicon.ico", home.favicon),
    path("profile/", profile.profile, name="profile"),
    path("profile/tax/", tax.tax, name="tax"),
    path("security/", security.security, name="security"),
    path("language/", language.choose, name="language"),
    path("confirm/", mail_code.confirm, name="mail-code"),
    path("security/close/", closing.close, name="account-close"),
    path("security/tokens/", security.create, name="token-create"),
    path("security/tokens/<int:token_id>/revoke/", security.revoke, name="token-revoke"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<uuid:organisation_id>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:organisation_id>/invite/", organisations.invite, name="organisation-invite"),
    path(
        "organisations/<uuid:organisation_id>/members/<uuid:person_id>/remove/",
        organisations.remove,
        name="organisation-remove",
    ),
    path(
        "organisations/<uuid:organisation_id>/members/<uuid:person_id>/role/",
        organisations.change_role,
        name="organisation-role",
    ),
    path(
        "organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/withdraw/",
        organisations.withdraw,
        name="invitation-withdraw",
    ),
    path("invitations/<uuid:invitation_id>/accept/", organisations.accept, name="invitation-accept"),
    path("notices/", notices.notices, name="notices"),
    path("demo/mail/", demo_mail.letters, name="demo-mail"),
    path("demo/mail/<slug:letter_id>/", demo_mail.letter, name="demo-letter"),
]
