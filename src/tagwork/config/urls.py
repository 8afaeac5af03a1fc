from django.contrib import admin
from django.urls import include, path

from tagwork.api.urls import urls as api_urls

urlpatterns = [
    path("api/v1/", api_urls),
    path("accounts/", include("tagwork.web.account.guarded")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("tagwork.web.urls")),
]

handler400 = "tagwork.web.problems.bad_request"
handler403 = "tagwork.web.problems.permission_denied"
handler404 = "tagwork.web.problems.page_not_found"
handler500 = "tagwork.web.problems.server_error"
