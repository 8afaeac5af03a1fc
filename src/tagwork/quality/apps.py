from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "tagwork.quality"
    label = "quality"
