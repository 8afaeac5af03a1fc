from django.apps import AppConfig


class FormatsConfig(AppConfig):
    name = "tagwork.formats"
    label = "formats"

    def ready(self) -> None:
        from tagwork.formats import tasks

        tasks.listen()
