"""An alarm keeps what it is about, and no word of any language; the ones that last are raised again and told anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0014_given_up_batches_found_again"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE payouts_raisedalarm SET over_at = seen_at WHERE over_at IS NULL", migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="raisedalarm", name="title"),
        migrations.AddField(
            model_name="raisedalarm",
            name="method",
            field=models.CharField(max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="raisedalarm",
            name="about",
            field=models.CharField(max_length=100, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="raisedalarm",
            name="page",
            field=models.CharField(max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="raisedalarm",
            name="count",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
