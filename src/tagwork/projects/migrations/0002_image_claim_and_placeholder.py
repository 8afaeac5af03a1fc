from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0001_project_schema_guideline_price_image"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="image",
            name="busy_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="image",
            name="placeholder",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(fields=["project", "sha256"], name="image_same_bytes"),
        ),
    ]
