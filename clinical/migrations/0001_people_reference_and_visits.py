import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

import clinical.models.people


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("label", models.CharField(max_length=120, verbose_name="name")),
                (
                    "synonyms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="also called",
                    ),
                ),
                (
                    "icd10cm",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="ICD-10-CM",
                    ),
                ),
                (
                    "modifiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="modifiers",
                    ),
                ),
                (
                    "safety",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="safety prompts",
                    ),
                ),
                (
                    "complicated",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                (
                    "tier_high",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                ("is_population", models.BooleanField(default=False, verbose_name="a population, set by the chart")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ("label",),
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("time_zone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name": "practice",
                "verbose_name_plural": "practices",
            },
        ),
        migrations.CreateModel(
            name="ReferenceTable",
            fields=[
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("content", models.JSONField(verbose_name="content")),
            ],
            options={
                "verbose_name": "reference table",
                "verbose_name_plural": "reference tables",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("parent_key", models.CharField(blank=True, max_length=60, verbose_name="broader role")),
                ("kind", models.CharField(blank=True, max_length=40, verbose_name="kind")),
                ("definition", models.TextField(blank=True, verbose_name="definition")),
                ("strengths", models.TextField(blank=True, verbose_name="strengths")),
                ("strength_note", models.TextField(blank=True, verbose_name="about the strengths")),
                ("raises_flags", models.BooleanField(default=True, verbose_name="may raise a flag")),
                ("relevance", models.TextField(blank=True, verbose_name="why it matters with kratom")),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="key")),
                ("kind", models.CharField(blank=True, max_length=80, verbose_name="kind")),
                ("citation", models.TextField(verbose_name="citation")),
                ("pmid", models.CharField(blank=True, max_length=20, verbose_name="PMID")),
                ("doi", models.CharField(blank=True, max_length=120, verbose_name="DOI")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                (
                    "read_here",
                    models.CharField(blank=True, help_text="yes, partly or no", max_length=20, verbose_name="read"),
                ),
                ("supports", models.TextField(blank=True, verbose_name="what was read of it")),
                ("licence", models.TextField(blank=True, verbose_name="licence")),
                ("duplicate_of", models.CharField(blank=True, max_length=60, verbose_name="same paper as")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="clinical.practice",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
            managers=[
                ("objects", clinical.models.people.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("visit_on", models.DateField(verbose_name="day of the visit")),
                (
                    "asked",
                    models.CharField(
                        choices=[
                            ("uses", "Asked, uses"),
                            ("does_not", "Asked, does not"),
                            ("declined", "Declined to say"),
                            ("not_asked", "Not asked"),
                        ],
                        default="not_asked",
                        max_length=10,
                        verbose_name="asked about kratom",
                    ),
                ),
                (
                    "past_withdrawal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("mild", "Mild"),
                            ("moderate", "Moderate"),
                            ("severe", "Severe"),
                            ("intensive_care", "Intensive care"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "opioid_use_disorder",
                    models.CharField(
                        blank=True, choices=[("none", "None"), ("past", "Past"), ("current", "Current")], max_length=8
                    ),
                ),
                ("dose_on_waking", models.BooleanField(blank=True, null=True)),
                ("dose_at_night", models.BooleanField(blank=True, null=True)),
                ("doses_to_avoid_symptoms", models.BooleanField(blank=True, null=True)),
                ("failed_quits", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "phq9",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, null=True, size=9
                    ),
                ),
                ("cows", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("plan", models.TextField(blank=True, verbose_name="what was decided")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("amend_reason", models.CharField(blank=True, max_length=300)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("signed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "amends",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amended_by",
                        to="clinical.consultation",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ("-visit_on", "-created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="InteractionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("summary", models.TextField(verbose_name="summary")),
                ("action", models.TextField(verbose_name="what to do")),
                ("monitoring", models.TextField(verbose_name="monitoring")),
                ("mechanism", models.TextField(verbose_name="mechanism")),
                ("consequence", models.TextField(verbose_name="consequence")),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("contraindicated", "contraindicated"),
                            ("major", "major"),
                            ("moderate", "moderate"),
                            ("minor", "minor"),
                        ],
                        max_length=20,
                        verbose_name="severity",
                    ),
                ),
                ("severity_reason", models.TextField(verbose_name="why this severity")),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("clinical-study", "clinical-study"),
                            ("case-reports", "case-reports"),
                            ("in-vitro/animal", "in-vitro/animal"),
                            ("theoretical", "theoretical"),
                            ("none-found", "none-found"),
                        ],
                        max_length=20,
                        verbose_name="certainty",
                    ),
                ),
                ("contradiction", models.TextField(verbose_name="what contradicts it")),
                ("direction", models.CharField(max_length=40, verbose_name="direction")),
                ("frequency_of_exposure", models.CharField(default="not known", max_length=200)),
                ("frequency_of_harm", models.CharField(default="not known", max_length=200)),
                (
                    "is_once_per_patient",
                    models.BooleanField(default=False, verbose_name="one flag for the whole patient"),
                ),
                ("is_provisional", models.BooleanField(default=False, verbose_name="provisional")),
                ("is_quote_checked", models.BooleanField(default=False, verbose_name="claim seen in a source")),
                ("second_read", models.CharField(blank=True, max_length=40, verbose_name="second reading")),
                ("second_note", models.TextField(blank=True, verbose_name="what the second reading found")),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("reason", models.CharField(editable=False, max_length=300, verbose_name="why this revision")),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "opened_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="rules", to="clinical.source", verbose_name="sources"
                    ),
                ),
            ],
            options={
                "verbose_name": "interaction rule",
                "verbose_name_plural": "interaction rules",
                "ordering": ("code", "-revision"),
            },
        ),
        migrations.CreateModel(
            name="KratomUseRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "product",
                    models.CharField(
                        choices=[
                            ("leaf_powder", "Leaf powder"),
                            ("capsule", "Capsules"),
                            ("tea", "Tea"),
                            ("fresh_leaf", "Fresh leaf"),
                            ("extract", "Extract"),
                            ("shot", "Liquid shot"),
                            ("gummy", "Gummy or chew"),
                            ("enhanced", "“Enhanced” or unidentified concentrate"),
                            ("kava_kratom", "Kava-kratom drink"),
                            ("7oh", "7-OH product (any form)"),
                            ("pseudoindoxyl", "Pseudoindoxyl or MGM product"),
                            ("smoked", "Smoked or vaped leaf"),
                            ("resin", "Resin"),
                            ("unknown", "Not known"),
                        ],
                        max_length=16,
                    ),
                ),
                ("brand", models.CharField(blank=True, max_length=80)),
                ("amount", models.FloatField(blank=True, null=True)),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("g", "grams"),
                            ("mg", "mg of product"),
                            ("mg_mitragynine", "mg mitragynine (label)"),
                            ("mg_7oh", "mg 7-OH (label)"),
                            ("ml", "ml"),
                            ("capsule", "capsules"),
                            ("teaspoon", "teaspoons"),
                            ("tablespoon", "tablespoons"),
                            ("glass", "glasses"),
                            ("ounce", "ounces"),
                            ("tablet", "tablets"),
                            ("shot", "shots"),
                            ("gummy", "gummies"),
                            ("serving", "servings"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "per",
                    models.CharField(choices=[("dose", "each dose"), ("day", "a day")], default="dose", max_length=4),
                ),
                ("doses_per_day", models.FloatField(blank=True, null=True)),
                ("days_per_week", models.FloatField(blank=True, null=True)),
                ("months_of_use", models.FloatField(blank=True, null=True)),
                ("hours_since_last_use", models.FloatField(blank=True, null=True)),
                ("stopped", models.BooleanField(default=False)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kratom_uses",
                        to="clinical.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "kratom use",
                "verbose_name_plural": "kratom uses",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("record_number", models.CharField(blank=True, max_length=40, verbose_name="record number")),
                ("born_on", models.DateField(verbose_name="date of birth")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("other", "Another or intersex"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="sex",
                    ),
                ),
                ("pregnant", models.BooleanField(blank=True, null=True, verbose_name="pregnant")),
                ("breastfeeding", models.BooleanField(blank=True, null=True, verbose_name="breastfeeding")),
                ("street", models.CharField(blank=True, max_length=120, verbose_name="street")),
                ("zip_code", models.CharField(blank=True, max_length=12, verbose_name="ZIP or postal code")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("county", models.CharField(blank=True, max_length=80, verbose_name="county")),
                ("state", models.CharField(blank=True, max_length=40, verbose_name="state")),
                (
                    "country",
                    models.CharField(default="US", help_text="Two-letter code", max_length=2, verbose_name="country"),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("is_invented", models.BooleanField(default=False, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "patient",
                "verbose_name_plural": "patients",
                "ordering": ("name", "born_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="due")),
                ("what", models.CharField(max_length=300, verbose_name="what")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="clinical.consultation",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="clinical.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "ordering": ("due_on", "id"),
            },
        ),
        migrations.AddField(
            model_name="consultation",
            name="patient",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="clinical.patient",
            ),
        ),
        migrations.CreateModel(
            name="PatientCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.condition"
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="has_conditions",
                        to="clinical.patient",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="patient",
            name="conditions",
            field=models.ManyToManyField(
                related_name="patients", through="clinical.PatientCondition", to="clinical.condition"
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="practice",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="patients",
                to="clinical.practice",
            ),
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ("act", models.CharField(max_length=40, verbose_name="act")),
                ("record", models.CharField(max_length=40, verbose_name="record")),
                ("record_key", models.CharField(max_length=200, verbose_name="record key")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="from")),
                ("changed", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.patient"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinical.practice"
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ReferenceChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                ("model", models.CharField(max_length=40)),
                ("key", models.CharField(db_index=True, max_length=420)),
                ("revision", models.PositiveIntegerField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reference change",
                "verbose_name_plural": "reference changes",
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ReferenceVersion",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                ("files_digest", models.CharField(blank=True, max_length=64)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reference version",
                "verbose_name_plural": "reference versions",
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="RuleModifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("when", models.CharField(max_length=120, verbose_name="when")),
                (
                    "effect",
                    models.CharField(
                        choices=[("raise", "raises"), ("lower", "lowers"), ("note", "notes")],
                        max_length=8,
                        verbose_name="effect",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason shown")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="modifiers",
                        to="clinical.interactionrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "modifier",
                "verbose_name_plural": "modifiers",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ScreeningRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reference_version", models.PositiveIntegerField()),
                ("facts", models.JSONField()),
                ("result", models.JSONField()),
                ("legal", models.JSONField()),
                ("facts_digest", models.CharField(max_length=64)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="clinical.consultation"
                    ),
                ),
                (
                    "ran_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "screening run",
                "verbose_name_plural": "screening runs",
                "ordering": ("-ran_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="ScreeningFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(db_index=True, max_length=60)),
                ("rule_revision", models.PositiveIntegerField()),
                ("about", models.CharField(max_length=200)),
                ("severity", models.CharField(max_length=20)),
                ("certainty", models.CharField(max_length=20)),
                ("is_provisional", models.BooleanField()),
                ("shown", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="clinical.screeningrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "flag shown",
                "verbose_name_plural": "flags shown",
                "ordering": ("run", "position"),
            },
        ),
        migrations.AddField(
            model_name="consultation",
            name="signed_run",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinical.screeningrun",
            ),
        ),
        migrations.CreateModel(
            name="Substance",
            fields=[
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name="name")),
                ("rxcui", models.CharField(blank=True, db_index=True, max_length=12, verbose_name="RxCUI")),
                ("term_type", models.CharField(blank=True, max_length=4, verbose_name="RxNorm term type")),
                ("unii", models.CharField(blank=True, max_length=12, verbose_name="UNII")),
                ("is_otc", models.BooleanField(default=False, verbose_name="over the counter")),
                ("is_herbal", models.BooleanField(default=False, verbose_name="herbal")),
                ("is_illicit", models.BooleanField(default=False, verbose_name="often met unregulated")),
                ("source_id_text", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="number and name read together in a source"),
                ),
                (
                    "in_current_prescribable",
                    models.CharField(blank=True, max_length=10, verbose_name="in the current prescribable set"),
                ),
                ("components", models.ManyToManyField(blank=True, related_name="part_of", to="clinical.substance")),
            ],
            options={
                "verbose_name": "substance",
                "verbose_name_plural": "substances",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="RuleObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("role", "role"),
                            ("substance", "substance"),
                            ("condition", "condition"),
                            ("population", "population"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("population", models.CharField(blank=True, max_length=40, verbose_name="population")),
                (
                    "strengths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                (
                    "exclude",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "routes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "phases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                (
                    "mechanisms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                (
                    "refines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="how the object was read")),
                (
                    "condition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_objects",
                        to="clinical.condition",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_objects",
                        to="clinical.role",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objects_it_fires_on",
                        to="clinical.interactionrule",
                    ),
                ),
                (
                    "substance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_objects",
                        to="clinical.substance",
                    ),
                ),
            ],
            options={
                "verbose_name": "what a rule fires on",
                "verbose_name_plural": "what rules fire on",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="MedicationTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("medicine", "Medicine"), ("other", "Other substance")],
                        default="medicine",
                        max_length=10,
                    ),
                ),
                ("entered", models.CharField(max_length=200)),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settled", "taking"),
                            ("new", "just started"),
                            ("planned", "planned"),
                            ("stopped", "stopped"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_on", models.DateField(blank=True, null=True)),
                ("stopped_on", models.DateField(blank=True, null=True)),
                ("route", models.CharField(blank=True, max_length=16)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="medications",
                        to="clinical.consultation",
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinical.substance",
                    ),
                ),
            ],
            options={
                "verbose_name": "medicine or other substance",
                "verbose_name_plural": "medicines and other substances",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="SubstanceName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("needs_choice", models.BooleanField(default=False, verbose_name="means several things: always ask")),
                ("source_id_text", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "substance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="clinical.substance"
                    ),
                ),
            ],
            options={
                "verbose_name": "name of a substance",
                "verbose_name_plural": "names of substances",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="SubstanceRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_revised", models.BooleanField(default=False, editable=False, verbose_name="revised here")),
                ("strength", models.CharField(blank=True, max_length=60, verbose_name="strength")),
                ("source_id_text", models.CharField(blank=True, max_length=60, verbose_name="source")),
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("is_verified", models.BooleanField(default=False, verbose_name="read in the source")),
                ("other_sources", models.TextField(blank=True, verbose_name="other sources")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="substances", to="clinical.role"
                    ),
                ),
                (
                    "substance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roles", to="clinical.substance"
                    ),
                ),
            ],
            options={
                "verbose_name": "role of a substance",
                "verbose_name_plural": "roles of substances",
                "ordering": ("substance", "role"),
            },
        ),
        migrations.CreateModel(
            name="FlagAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=60)),
                ("about", models.CharField(max_length=200)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("stop", "Stop one of them"),
                            ("change", "Change dose or medicine"),
                            ("refer", "Refer or ask a specialist"),
                            ("counsel", "Counsel the patient"),
                            ("will-monitor", "I will monitor"),
                            ("benefit-outweighs", "Benefit outweighs risk for this patient"),
                            ("not-relevant", "Does not apply to this patient"),
                            ("not-taking", "Not taking kratom or this medicine any more"),
                            ("action-done", "Already handled"),
                            ("patient-declines", "Patient prefers not to change"),
                            ("disagree", "I disagree with the evidence"),
                            ("need-info", "Need more information"),
                            ("later", "No time now"),
                        ],
                        max_length=20,
                        verbose_name="answer",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="clinical.consultation"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a flag",
                "verbose_name_plural": "answers to flags",
                "ordering": ("answered_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "will-monitor"), _negated=True),
                            models.Q(("follow_up_on__isnull", False), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="monitoring_says_what_and_when",
                        violation_error_message="Say what you will monitor and until when.",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flaganswer",
            trigger=pgtrigger.compiler.Trigger(
                name="flag_answer_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="522eed03622b8a8cd150bb55881d173c707cdc74",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_flag_answer_append_only_79bf0",
                    table="clinical_flaganswer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flaganswer",
            trigger=pgtrigger.compiler.Trigger(
                name="flag_answer_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="b84eb762cc32e2507ff02b8575238b92cc2a9064",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_flag_answer_no_truncate_37788",
                    table="clinical_flaganswer",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kratomuserow",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                name="kratom_amount_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="kratomuserow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days_per_week", None),
                    models.Q(("days_per_week__gte", 0), ("days_per_week__lte", 7)),
                    _connector="OR",
                ),
                name="kratom_days_per_week_0_to_7",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kratomuserow",
            trigger=pgtrigger.compiler.Trigger(
                name="kratom_use_closed_once_signed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE parent uuid; is_signed boolean;",
                    func="\n            IF TG_OP = 'INSERT' THEN parent := NEW.consultation_id; ELSE parent := OLD.consultation_id; END IF;\n            SELECT signed_at IS NOT NULL INTO is_signed FROM clinical_consultation WHERE id = parent FOR SHARE;\n            IF is_signed THEN\n                RAISE EXCEPTION 'pgtrigger: Cannot change rows of a signed consultation';\n            END IF;\n            IF TG_OP = 'UPDATE' AND NEW.consultation_id <> OLD.consultation_id THEN\n                RAISE EXCEPTION 'pgtrigger: Cannot move rows between consultations';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="c4689131fb915710cb6196166a39a9396d3cdb02",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kratom_use_closed_once_signed_ff0d3",
                    table="clinical_kratomuserow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kratomuserow",
            trigger=pgtrigger.compiler.Trigger(
                name="kratom_use_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="aac6de84d3d6893c5d3f30522b58ad77067651a1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kratom_use_no_truncate_72467",
                    table="clinical_kratomuserow",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_done_by_and_at_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientcondition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("patient", "condition"),
                name="patient_condition_once_while_present",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["practice", "name", "born_on", "id"], name="patient_list_order"),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record_number", ""), _negated=True),
                fields=("practice", "record_number"),
                name="patient_record_number_unique_in_practice",
                violation_error_message="Another patient of this practice has this record number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="patient_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_event_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a2bec693498fb224ff57cbef0c4f32e8588ea6b7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_event_append_only_5d066",
                    table="clinical_auditevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_event_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="25926b0234cbb8f8e51a8cf05c9a8a4f855659e4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_audit_event_no_truncate_18322",
                    table="clinical_auditevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="user_email_unique_ignoring_case"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referencechange",
            trigger=pgtrigger.compiler.Trigger(
                name="reference_change_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="09f735ac1f7fde65b6d9eb1d37621f5d0db5c3da",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_reference_change_append_only_ad7d0",
                    table="clinical_referencechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referencechange",
            trigger=pgtrigger.compiler.Trigger(
                name="reference_change_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="217c0460caf6daaca8e3e5093ea75c2d0fdabee1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_reference_change_no_truncate_d5353",
                    table="clinical_referencechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screeningrun",
            trigger=pgtrigger.compiler.Trigger(
                name="screening_run_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a8b67c294a886d2dc3d0ba57e040fa1b0f00c790",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_screening_run_append_only_bd52f",
                    table="clinical_screeningrun",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screeningrun",
            trigger=pgtrigger.compiler.Trigger(
                name="screening_run_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="70b86efc7069eac9b7595931d2e01eb26502701c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_screening_run_no_truncate_61c0f",
                    table="clinical_screeningrun",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningflag",
            constraint=models.UniqueConstraint(fields=("run", "rule", "about"), name="flag_once_per_rule_and_subject"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screeningflag",
            trigger=pgtrigger.compiler.Trigger(
                name="screening_flag_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1395924e3af2a7542c6d57aea1ab6e592290607a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_screening_flag_append_only_fdae4",
                    table="clinical_screeningflag",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screeningflag",
            trigger=pgtrigger.compiler.Trigger(
                name="screening_flag_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="a4c61603d53548e438edb14e99f9e5f36af278e0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_screening_flag_no_truncate_69034",
                    table="clinical_screeningflag",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["patient", "-visit_on"], name="consultation_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at", None), ("signed_by", None), ("signed_run", None)),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("signed_run__isnull", False)),
                    _connector="OR",
                ),
                name="consultation_signature_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("cows", None), ("cows__lte", 48), _connector="OR"),
                name="consultation_cows_up_to_48",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amends", None), models.Q(("amend_reason", ""), _negated=True), _connector="OR"),
                name="consultation_amendment_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amends", None), models.Q(("amends", models.F("id")), _negated=True), _connector="OR"
                ),
                name="consultation_does_not_amend_itself",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultation",
            trigger=pgtrigger.compiler.Trigger(
                name="consultation_closed_once_signed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."signed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="04a5d3d91dce1a4bf3e856ad0e65a0bf0ff0a6a8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_consultation_closed_once_signed_090b2",
                    table="clinical_consultation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionrule",
            constraint=models.UniqueConstraint(fields=("code", "revision"), name="rule_revision_once"),
        ),
        migrations.AddConstraint(
            model_name="interactionrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("code",), name="rule_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True),
                    models.Q(("summary", ""), _negated=True),
                    models.Q(("action", ""), _negated=True),
                    models.Q(("mechanism", ""), _negated=True),
                    models.Q(("consequence", ""), _negated=True),
                    models.Q(("monitoring", ""), _negated=True),
                    models.Q(("severity_reason", ""), _negated=True),
                    models.Q(("contradiction", ""), _negated=True),
                ),
                name="rule_says_everything",
                violation_error_message="Every field needs words. Write “not known” where nothing is known.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="interactionrule",
            trigger=pgtrigger.compiler.Trigger(
                name="rule_words_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."action" IS DISTINCT FROM (NEW."action") OR OLD."certainty" IS DISTINCT FROM (NEW."certainty") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."consequence" IS DISTINCT FROM (NEW."consequence") OR OLD."contradiction" IS DISTINCT FROM (NEW."contradiction") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."frequency_of_exposure" IS DISTINCT FROM (NEW."frequency_of_exposure") OR OLD."frequency_of_harm" IS DISTINCT FROM (NEW."frequency_of_harm") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_once_per_patient" IS DISTINCT FROM (NEW."is_once_per_patient") OR OLD."is_provisional" IS DISTINCT FROM (NEW."is_provisional") OR OLD."is_quote_checked" IS DISTINCT FROM (NEW."is_quote_checked") OR OLD."loaded_digest" IS DISTINCT FROM (NEW."loaded_digest") OR OLD."mechanism" IS DISTINCT FROM (NEW."mechanism") OR OLD."monitoring" IS DISTINCT FROM (NEW."monitoring") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."revision" IS DISTINCT FROM (NEW."revision") OR OLD."second_note" IS DISTINCT FROM (NEW."second_note") OR OLD."second_read" IS DISTINCT FROM (NEW."second_read") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."severity_reason" IS DISTINCT FROM (NEW."severity_reason") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b3276a3afb0d85218d319bcc6642286f157a1721",
                    operation="UPDATE",
                    pgid="pgtrigger_rule_words_stay_35ab0",
                    table="clinical_interactionrule",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="interactionrule",
            trigger=pgtrigger.compiler.Trigger(
                name="rule_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="611443fc94dbd385a2d5754f459d03925b1ba281",
                    operation="DELETE",
                    pgid="pgtrigger_rule_is_kept_dd1c3",
                    table="clinical_interactionrule",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="interactionrule",
            trigger=pgtrigger.compiler.Trigger(
                name="rule_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="28b9ad41a6c6aa8690609f5a600fb6cca09efbb7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_rule_no_truncate_fbda9",
                    table="clinical_interactionrule",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("condition", None),
                        ("kind", "role"),
                        ("population", ""),
                        ("role__isnull", False),
                        ("substance", None),
                    ),
                    models.Q(
                        ("condition", None),
                        ("kind", "substance"),
                        ("population", ""),
                        ("role", None),
                        ("substance__isnull", False),
                    ),
                    models.Q(
                        ("condition__isnull", False),
                        ("kind", "condition"),
                        ("population", ""),
                        ("role", None),
                        ("substance", None),
                    ),
                    models.Q(
                        ("condition", None),
                        ("kind", "population"),
                        ("role", None),
                        ("substance", None),
                        models.Q(("population", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rule_object_points_at_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicationtaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_on", None),
                    ("stopped_on", None),
                    ("stopped_on__gte", models.F("started_on")),
                    _connector="OR",
                ),
                name="medication_stops_after_it_starts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="medicationtaken",
            trigger=pgtrigger.compiler.Trigger(
                name="medication_closed_once_signed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE parent uuid; is_signed boolean;",
                    func="\n            IF TG_OP = 'INSERT' THEN parent := NEW.consultation_id; ELSE parent := OLD.consultation_id; END IF;\n            SELECT signed_at IS NOT NULL INTO is_signed FROM clinical_consultation WHERE id = parent FOR SHARE;\n            IF is_signed THEN\n                RAISE EXCEPTION 'pgtrigger: Cannot change rows of a signed consultation';\n            END IF;\n            IF TG_OP = 'UPDATE' AND NEW.consultation_id <> OLD.consultation_id THEN\n                RAISE EXCEPTION 'pgtrigger: Cannot move rows between consultations';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="ad859b8e2e62232ddf7d7ab8ff2105466c5c6c21",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_medication_closed_once_signed_2a027",
                    table="clinical_medicationtaken",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="medicationtaken",
            trigger=pgtrigger.compiler.Trigger(
                name="medication_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from %', TG_TABLE_NAME;",
                    hash="e741e4075156c7ccd748ab91ee3dc596a3dede5d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_medication_no_truncate_67e2e",
                    table="clinical_medicationtaken",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="substancename",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="substance_name_trigrams", opclasses=("gin_trgm_ops",)
            ),
        ),
        migrations.AddConstraint(
            model_name="substancename",
            constraint=models.UniqueConstraint(fields=("name", "substance"), name="substance_name_once"),
        ),
        migrations.AddConstraint(
            model_name="substancerole",
            constraint=models.UniqueConstraint(fields=("substance", "role"), name="substance_role_once"),
        ),
    ]
