from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tagwork.notices"
    label = "notices"

    def ready(self) -> None:
        from tagwork.notices import tasks

        tasks.listen()
