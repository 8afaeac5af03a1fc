from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "tagwork.kit"
    label = "kit"
