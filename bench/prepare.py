"""Migrate the database of the environment and add what `tagwork demo load` asks for: an operator. No photographs."""

from tagwork.jobs.setup import start_django

start_django()

from django.core.management import call_command  # noqa: E402

from tagwork.people.models import Person  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)
Person.objects.create_user("operator@bench.test", None, is_operator=True, is_worker=False)
