"""What one person proposes and another one puts in force."""

from django.db import migrations, models

import tagwork.kit.ids


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SettingProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tagwork.kit.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("value", models.JSONField()),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=40)),
                ("is_accepted", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("name",),
                        name="setting_proposed_once",
                    )
                ]
            },
        )
    ]
