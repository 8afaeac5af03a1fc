"""Django for a command outside of pytest."""

import os


def django_ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tagwork.config.settings")
    import django

    django.setup()
