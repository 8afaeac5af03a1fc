"""allauth's pages through which a thief of a password could get round the second factor, behind that factor.

Without this, who has only the password would change the address that codes are sent to, or enrol a factor of their own.
"""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from tagwork.people.access import Policy, fresh_factor, policy

signed_in = policy(Policy.SIGNED_IN)

# Before `include("allauth.urls")`: the same paths and names, so that allauth's own links lead here.
urlpatterns = [
    path("email/", signed_in(fresh_factor(account.email)), name="account_email"),
    path("2fa/totp/activate/", signed_in(fresh_factor(totp.activate_totp)), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", signed_in(fresh_factor(totp.deactivate_totp)), name="mfa_deactivate_totp"),
    path("2fa/webauthn/add/", signed_in(fresh_factor(webauthn.add_webauthn)), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        signed_in(fresh_factor(webauthn.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/recovery-codes/",
        signed_in(fresh_factor(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        signed_in(fresh_factor(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        signed_in(fresh_factor(recovery_codes.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
]
