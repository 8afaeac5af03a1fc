from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "tagwork.standing"
    label = "standing"
