"""Practices, the people who work in them, and their patients. Every clinical record is reached through a practice."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class Practice(models.Model):
    """A clinic. Its patients exist for its own people only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    phone = models.CharField(_("phone for patients"), max_length=40, blank=True, help_text=_("Stands on the handout"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    """Makes users that sign in with an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who signs in. `practice` decides which patients exist for them; groups decide what they may do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None
    email = models.EmailField(_("e-mail address"), unique=True)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="people", null=True, blank=True)
    # When the person was through with the tour or waved it off; empty offers it on their worklist.
    tour_left_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_unique_ignoring_case"),)

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Another or intersex")
    UNKNOWN = "", _("Not known")


class Patient(models.Model):
    """One person in a practice's care. `pregnant` and `breastfeeding` None mean not known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="patients", editable=False)
    name = models.CharField(_("name"), max_length=120)
    record_number = models.CharField(_("record number"), max_length=40, blank=True)
    born_on = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True, default=Sex.UNKNOWN)
    pregnant = models.BooleanField(_("pregnant"), null=True, blank=True)
    breastfeeding = models.BooleanField(_("breastfeeding"), null=True, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    zip_code = models.CharField(_("ZIP or postal code"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    county = models.CharField(_("county"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, default="US", help_text=_("Two-letter code"))
    # Set by a move; empty for somebody of whom no other address is known. The ones before: `AddressPeriod`.
    lives_here_since = models.DateField(null=True, blank=True, editable=False)
    conditions = models.ManyToManyField("clinical.Condition", through="PatientCondition", related_name="patients")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    is_invented = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ("name", "born_on", "id")
        indexes = (models.Index(fields=("practice", "name", "born_on", "id"), name="patient_list_order"),)
        constraints = (
            models.UniqueConstraint(
                fields=("practice", "record_number"),
                condition=~models.Q(record_number=""),
                name="patient_record_number_unique_in_practice",
                violation_error_message=_("Another patient of this practice has this record number."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="patient_has_a_name", violation_error_message=_("Enter a name.")
            ),
        )

    def __str__(self) -> str:
        return self.name

    def age_on(self, day) -> int:
        """Whole years on `day`."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


class PatientCondition(models.Model):
    """A condition of the reference list that this patient has, or had until `ended_on`."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="has_conditions")
    condition = models.ForeignKey("clinical.Condition", models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "condition"),
                condition=models.Q(ended_at__isnull=True),
                name="patient_condition_once_while_present",
            ),
        )

    def __str__(self) -> str:
        return str(self.condition_id)
