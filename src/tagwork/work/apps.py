from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "tagwork.work"
    label = "work"
