from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "tagwork.payouts"
    label = "payouts"
