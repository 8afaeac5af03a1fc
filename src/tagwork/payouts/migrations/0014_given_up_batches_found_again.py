"""One that was given up may turn up at the service after all: then it has its id there, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0013_comparison_of_deposits"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="providerbatch",
            name="provider_batch_accepted_has_id",
        ),
        migrations.AddConstraint(
            model_name="providerbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("provider_id__isnull", True), ("state", "signed")),
                    models.Q(("provider_id__isnull", False), ("state__in", ("broadcast", "confirmed"))),
                    ("state", "failed"),
                    _connector="OR",
                ),
                name="provider_batch_accepted_has_id",
            ),
        ),
    ]
