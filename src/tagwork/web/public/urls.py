from django.urls import path

from tagwork.web.public import pages

urlpatterns = [
    path("help/", pages.help_, name="help"),
    path("rules/", pages.rules, name="rules"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
]
