"""allauth's forms in our manner: the label says what goes in, so no placeholder repeats it and then vanishes."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("At least 10 characters. A few words in a row are easy to keep and hard to guess.")


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_first = True
        for field in self.fields.values():
            attributes = field.widget.attrs
            attributes.pop("placeholder", None)
            if attributes.get("type") == "email" or attributes.get("autocomplete") == "email":
                field.label = _("E-mail address")
            if attributes.get("autocomplete") == "new-password":
                field.help_text = PASSWORD_HINT if is_first else ""
                is_first = False
            if attributes.get("autocomplete") == "one-time-code":
                attributes |= {"inputmode": "numeric", "autofocus": True}


class LoginForm(Plain, account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # allauth's link to a new password, which the Tab key met between the address and the password: below the form.
        self.fields["password"].help_text = ""


class SignupForm(Plain, account.SignupForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, account.SetPasswordForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, account.AddEmailForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateWithCodeForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("So that you know later which device it is on.")
        alone = self.fields["passwordless"]
        alone.label = _("Let it sign me in alone, without the password")
        alone.help_text = _("The device then asks for your fingerprint, face or PIN.")
