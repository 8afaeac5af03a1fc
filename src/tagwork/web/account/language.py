"""The language of the pages: kept on the account and, for strangers and for speed, in a cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tagwork.kit.errors import Invalid
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.people.operations.choose_language import choose_language
from tagwork.web.language import keep_in_cookie


@require_POST
@policy(Policy.ANYONE)
def choose(request: HttpRequest) -> HttpResponse:
    """Back to the page one came from, in the language one chose. Raises Invalid for a language we do not speak."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Invalid("We do not speak that language yet.")
    if isinstance(request.user, Person):
        choose_language(request.user, language)
    back = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if is_ours else "/")
    keep_in_cookie(response, language)
    return response
