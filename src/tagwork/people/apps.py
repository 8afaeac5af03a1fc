from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tagwork.people"
    label = "people"
