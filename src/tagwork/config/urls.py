from django.contrib import admin
from django.urls import include, path

from tagwork.api.app import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("tagwork.web.urls")),
]
