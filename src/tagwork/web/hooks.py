"""What other machines tell us by themselves. They have no session; what they say is checked where it is read."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tagwork.payouts.operations.receive_notice import receive_notice
from tagwork.people.access import Policy, policy

# A message about one payout has about two thousand bytes.
LONGEST_BYTES = 64 * 1024
# A service sends again what is answered with an error; what it did not send, or is not about us, it need not repeat.
STATUSES = {"taken": 204, "unknown": 404, "refused": 403, "later": 503}


@csrf_exempt
@require_POST
@policy(Policy.ANYONE)
def payout_notice(request: HttpRequest, method: str) -> HttpResponse:
    # What it says of its length is looked at before a byte of it is read.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BYTES or len(request.body) > LONGEST_BYTES:
        return HttpResponse(status=413)
    return HttpResponse(status=STATUSES[receive_notice(method, request.headers, request.body)])
