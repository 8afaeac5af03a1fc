from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "tagwork.work"
    label = "work"

    def ready(self) -> None:
        from tagwork.people.operations.close_account import ask_before_closing
        from tagwork.work import policy  # noqa: F401 - declares the settings
        from tagwork.work.closing import work_that_holds

        ask_before_closing(work_that_holds)
