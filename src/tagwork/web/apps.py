from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tagwork.web"
    label = "web"
