from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext

from tagwork.kit.errors import Refusal


class KitConfig(AppConfig):
    name = "tagwork.kit"
    label = "kit"

    def ready(self) -> None:
        from tagwork.kit import triggers

        Refusal.translate = staticmethod(gettext)
        # Django sends these once for each app, after (before) all migrations have run: one sender is enough.
        pre_migrate.connect(triggers.before_migrate, sender=self)
        post_migrate.connect(triggers.after_migrate, sender=self)
