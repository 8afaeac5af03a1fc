from django.urls import path

from tagwork.web.public import pages, proofs

urlpatterns = [
    path("help/", pages.help_, name="help"),
    path("rules/", pages.rules, name="rules"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("proofs/", proofs.proofs, name="proofs"),
    path("proofs/key.pem", proofs.key, name="proof-key"),
    path("proofs/<int:number>.json", proofs.checkpoint, name="proof-checkpoint"),
]
