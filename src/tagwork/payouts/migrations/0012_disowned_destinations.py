"""That a destination was disowned is apart from that it was removed: whoever took over may remove it himself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0011_explained_differences_end")]

    operations = [
        migrations.AddField(model_name="destination", name="disowned_at", field=models.DateTimeField(null=True))
    ]
