from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tagwork.notices.mail import read_letter, read_letters
from tagwork.people.access import Policy, policy


@policy(Policy.DEMO)
def letters(request: HttpRequest) -> HttpResponse:
    return render(request, "web/account/demo_mail.html", {"letters": read_letters(50)})


@policy(Policy.DEMO)
def letter(request: HttpRequest, letter_id: str) -> HttpResponse:
    found = read_letter(letter_id)
    if found is None:
        raise Http404
    return render(request, "web/account/demo_letter.html", {"letter": found})
