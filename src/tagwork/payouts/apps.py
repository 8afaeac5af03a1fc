from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "tagwork.payouts"
    label = "payouts"

    def ready(self) -> None:
        from tagwork.kit import outbox
        from tagwork.payouts import closing, tasks
        from tagwork.people.operations import close_account

        outbox.subscribe("withdrawal.requested", tasks.review_requested)
        outbox.subscribe(close_account.TOPIC, closing.forget_destinations)
        close_account.ask_before_closing(closing.money_that_holds)
