"""What an operator explained of a wallet is over once a comparison has counted it: the same amount missing again is new."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef


def end_what_was_counted(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Explained before a later comparison began: that one counted it, or lost it, and then the next one says so."""
    differences, comparisons = apps.get_model("payouts", "Difference"), apps.get_model("payouts", "Reconciliation")
    later = comparisons.objects.filter(method=OuterRef("method"), at__gt=OuterRef("explained_at"))
    rows = differences.objects.filter(code__in=("wallet_short", "wallet_over"), gone_at=None)
    rows.exclude(explained_at=None).filter(Exists(later)).update(gone_at=models.F("explained_at"))


class Migration(migrations.Migration):
    dependencies = [("payouts", "0010_inputs_of_rescues")]

    operations = [
        migrations.RemoveConstraint(model_name="difference", name="difference_once"),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gone_at__isnull", True)),
                fields=("method", "code", "subject"),
                name="difference_there_once",
            ),
        ),
        migrations.RunPython(end_what_was_counted, migrations.RunPython.noop),
    ]
