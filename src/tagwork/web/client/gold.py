"""Gold: tasks whose right answer the client marks. Workers never learn which these are."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tagwork.kit.ids import encode
from tagwork.kit.settings import in_force
from tagwork.people.access import Policy, policy
from tagwork.quality import queries as quality_queries
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import thumbnail
from tagwork.work import queries as work_queries

PER_PAGE = 24


@policy(Policy.CLIENT)
def gold(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """`?show=gold` lists the marked ones with how workers did; without it every task, to choose from."""
    found, person = project_of(request, project_id), person_of(request)
    counts = quality_queries.gold_counts(found.pk)
    context = {
        "project": found,
        "counts": counts,
        "least": in_force("quality.gold_least"),
        "is_priced": bool(found.price_number),
        "choices": [("", _("Tasks to choose from")), ("gold", _("Marked"), counts["active"] + counts["retired"])],
    }
    if request.GET.get("show") == "gold":
        page = Paginator(quality_queries.golds_of(found.pk), PER_PAGE).get_page(request.GET.get("page"))
        golds = {one.task_id: one for one in page.object_list}
        images = work_queries.images_of_tasks(list(golds))
        shown = [(task_id, images[task_id][0]) for task_id in golds]
        context |= {"page": page}
    else:
        after = request.GET.get("after", "")
        tasks = work_queries.task_page(found.pk, after=int(after) if after.isdecimal() else 0, limit=PER_PAGE)
        golds = quality_queries.golds_by_task([task.pk for task in tasks])
        images = work_queries.images_of_tasks([task.pk for task in tasks])
        shown = [(task.pk, images[task.pk][0]) for task in tasks]
        context |= {"next": tasks[-1].pk if len(tasks) == PER_PAGE else None}
    context["rows"] = [
        {
            "task_id": task_id,
            "file_name": image.file_name,
            "thumbnail": thumbnail(image, person),
            "gold": golds.get(task_id),
        }
        for task_id, image in shown
    ]
    return render(request, "web/client/gold.html", context)


@policy(Policy.CLIENT)
def mark(request: HttpRequest, project_id: UUID, task_id: int) -> HttpResponse:
    found = project_of(request, project_id)
    image = work_queries.task_image_of(found.pk, task_id)
    context = {
        "project": found,
        "public_id": encode("pr", found.pk),
        "task": f"t_{task_id}",
        "file_name": image.file_name,
    }
    return render(request, "web/client/gold_task.html", context)
