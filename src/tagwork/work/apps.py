from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "tagwork.work"
    label = "work"

    def ready(self) -> None:
        from tagwork.work import policy  # noqa: F401 - declares the settings
