from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class WebConfig(AppConfig):
    name = "tagwork.web"
    label = "web"
    default = True

    def ready(self) -> None:
        from tagwork.web import language

        language.listen()


class OperatorAdminConfig(admin_apps.AdminConfig):
    """Django's admin behind our own door."""

    default = False
    default_site = "tagwork.web.admin_site.OperatorAdminSite"
