"""An instrument that is a list and claims no total is stored without one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinical", "0015_answers_declined_and_use_of_other_things")]

    operations = [
        migrations.AlterField(
            model_name="instrumenttaken",
            name="total",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
