from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tagwork.people"
    label = "people"

    def ready(self) -> None:
        from tagwork.people import access

        access.listen()
