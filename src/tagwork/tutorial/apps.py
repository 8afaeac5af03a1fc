from django.apps import AppConfig


class TutorialConfig(AppConfig):
    name = "tagwork.tutorial"
    label = "tutorial"
