from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "tagwork.projects"
    label = "projects"
