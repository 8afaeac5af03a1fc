from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "tagwork.quality"
    label = "quality"

    def ready(self) -> None:
        from tagwork.people.operations.close_account import ask_before_closing
        from tagwork.quality import policy  # noqa: F401 - declares the settings
        from tagwork.quality.closing import decisions_that_hold

        ask_before_closing(decisions_that_hold)
