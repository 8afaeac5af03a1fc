from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_mail_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="language",
            field=models.CharField(blank=True, max_length=8),
        ),
    ]
