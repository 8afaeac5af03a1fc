from django.urls import path

from tagwork.web import converters  # noqa: F401 - registers the identifiers used below
from tagwork.web.moderator import cases, queue

urlpatterns = [
    path("", queue.queue, name="moderation"),
    path("decided/", queue.decided, name="moderation-history"),
    path("next/", cases.next_, name="moderation-next"),
    path("submission/<s:case_id>/", cases.submission, name="moderation-submission"),
    path("flag/<f:case_id>/", cases.flag, name="moderation-flag"),
    path("appeal/<ap:case_id>/", cases.appeal, name="moderation-appeal"),
    path("dispute/<dt:case_id>/", cases.dispute, name="moderation-dispute"),
    path("report/<r:case_id>/", cases.report, name="moderation-report"),
]
