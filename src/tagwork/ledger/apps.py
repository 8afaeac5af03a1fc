from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tagwork.ledger"
    label = "ledger"
