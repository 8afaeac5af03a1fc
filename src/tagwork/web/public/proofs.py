"""`/proofs/`: what the house signed each day, and the key, for whoever wants to check it."""

import base64

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tagwork.kit.errors import NotFound
from tagwork.ledger.proofs import public_key_of
from tagwork.ledger.statements import checkpoint_of, checkpoints
from tagwork.people.access import Policy, policy

SHOWN = 30


@policy(Policy.ANYONE)
def proofs(request: HttpRequest) -> HttpResponse:
    rows = checkpoints(SHOWN)
    shown = [{"row": row, "document": row.document} for row in rows]
    return render(request, "web/public/proofs.html", {"shown": shown, "newest": shown[0] if shown else None})


@policy(Policy.ANYONE)
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """The signed bytes as a document, with the signature over their canonical form."""
    row = checkpoint_of(number)
    return JsonResponse({"checkpoint": row.document, "signature": row.signature, "public_key": row.public_key})


@policy(Policy.ANYONE)
def key(request: HttpRequest) -> HttpResponse:
    newest = checkpoints(1)
    if not newest:
        raise NotFound("Nothing was signed yet.")
    pem = public_key_of(base64.b64decode(newest[0].public_key)).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return HttpResponse(pem, content_type="application/x-pem-file")
