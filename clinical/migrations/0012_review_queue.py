from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("clinical", "0011_drafts_stay_once_decided"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleToReview",
            fields=[],
            options={
                "verbose_name": "entry of the review queue",
                "verbose_name_plural": "review queue",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("clinical.interactionrule",),
        ),
    ]
