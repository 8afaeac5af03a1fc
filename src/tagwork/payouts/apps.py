from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "tagwork.payouts"
    label = "payouts"

    def ready(self) -> None:
        from tagwork.kit import outbox
        from tagwork.payouts import tasks

        outbox.subscribe("withdrawal.requested", tasks.review_requested)
