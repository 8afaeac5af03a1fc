from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tagwork.notices.operations.mark_read import mark_all_read
from tagwork.notices.queries import notices_of
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person


@policy(Policy.SIGNED_IN)
def notices(request: HttpRequest) -> HttpResponse:
    """The list; a POST says that all of it was seen (a GET changes nothing)."""
    person = cast(Person, request.user)
    if request.method == "POST":
        mark_all_read(person)
        return redirect("notices")
    page = Paginator(notices_of(person), 30).get_page(request.GET.get("page"))
    return render(request, "web/account/notices.html", {"page": page})
