from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "tagwork.standing"
    label = "standing"

    def ready(self) -> None:
        from tagwork.standing import policy, tasks  # noqa: F401 - policy declares the settings

        tasks.listen()
