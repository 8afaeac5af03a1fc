from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "tagwork.quality"
    label = "quality"

    def ready(self) -> None:
        from tagwork.quality import policy  # noqa: F401 - declares the settings
