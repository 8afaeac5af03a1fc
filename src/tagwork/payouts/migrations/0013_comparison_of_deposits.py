"""What left the wallet of clients' coins for the one that pays out is a kind of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0012_disowned_destinations"),
    ]

    operations = [
        migrations.AlterField(
            model_name="walletmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("payout", "payout"),
                    ("rescue", "rescue"),
                    ("by_hand", "by_hand"),
                    ("receipt", "receipt"),
                    ("unknown", "unknown"),
                    ("before", "before"),
                    ("moved", "moved"),
                ],
                max_length=10,
            ),
        ),
    ]
