from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tagwork.notices"
    label = "notices"
