from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinical", "0004_withdrawn_rows_and_counted_names")]

    operations = [
        migrations.AlterField(
            model_name="kratomuserow",
            name="brand",
            field=models.CharField(blank=True, max_length=200, verbose_name="brand or remarks"),
        ),
    ]
