"""The five roles as groups. Names are those of `clinical.permissions.ROLES`."""

from django.db import migrations

ROLES = ("Clinician", "Reference editor", "Reference reviewer", "Practice admin", "Auditor")


def add_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("clinical", "0001_people_reference_and_visits"), ("auth", "0012_alter_user_first_name_max_length")]

    # Reversing keeps the groups: removing them would take roles from people.
    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop)]
