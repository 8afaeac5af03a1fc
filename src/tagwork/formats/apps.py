from django.apps import AppConfig


class FormatsConfig(AppConfig):
    name = "tagwork.formats"
    label = "formats"
