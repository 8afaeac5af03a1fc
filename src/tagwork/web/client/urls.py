from django.urls import path

from tagwork.web import converters  # noqa: F401 - registers the identifiers used below
from tagwork.web.client import (
    answers,
    coins,
    exam,
    gold,
    guideline,
    images,
    labels,
    money,
    price,
    projects,
    settings,
    tasks,
)

urlpatterns = [
    path("projects/", projects.projects, name="client-projects"),
    path("projects/new/", settings.new, name="client-new-project"),
    path("projects/<pr:project_id>/", projects.project, name="client-project"),
    path("projects/<pr:project_id>/move/", projects.move, name="client-move"),
    path("projects/<pr:project_id>/exports/", projects.export, name="client-export"),
    path("projects/<pr:project_id>/questions/<f:flag_id>/", projects.answer, name="client-answer"),
    path("projects/<pr:project_id>/settings/", settings.settings, name="client-settings"),
    path("projects/<pr:project_id>/settings/labels/", labels.labels, name="client-labels"),
    path("projects/<pr:project_id>/settings/guideline/", guideline.guideline, name="client-guideline"),
    path("projects/<pr:project_id>/settings/guideline/examples/", guideline.add, name="client-example-add"),
    path(
        "projects/<pr:project_id>/settings/guideline/examples/<int:example_id>/remove/",
        guideline.remove,
        name="client-example-remove",
    ),
    path("projects/<pr:project_id>/settings/price/", price.price, name="client-price"),
    path("projects/<pr:project_id>/images/", images.images, name="client-images"),
    path("projects/<pr:project_id>/gold/", gold.gold, name="client-gold"),
    path("projects/<pr:project_id>/gold/t_<int:task_id>/", gold.mark, name="client-gold-task"),
    path("projects/<pr:project_id>/exam/", exam.exam, name="client-exam"),
    path("projects/<pr:project_id>/exam/set-aside/", exam.move, name="client-exam-move"),
    path("projects/<pr:project_id>/tasks/", tasks.tasks, name="client-tasks"),
    path("projects/<pr:project_id>/answers/", answers.answers, name="client-answers"),
    path("projects/<pr:project_id>/answers/<s:submission_id>/", answers.dispute, name="client-dispute"),
    path("deposits/", money.money, name="client-money"),
    path("deposits/<o:organisation_id>/with/<str:method>/", coins.coin, name="client-coin"),
    path("deposits/<o:organisation_id>/<str:month>.pdf", money.month_pdf, name="client-month-pdf"),
    path("deposits/<o:organisation_id>/<str:month>.csv", money.month_csv, name="client-month-csv"),
]
