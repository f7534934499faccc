from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinical", "0016_list_without_a_total"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="phone",
            field=models.CharField(
                blank=True, help_text="Stands on the handout", max_length=40, verbose_name="phone for patients"
            ),
        ),
    ]
