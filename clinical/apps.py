"""The clinical app: people, consultations, screening and the knowledge behind it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicalConfig(AppConfig):
    name = "clinical"
    verbose_name = _("Clinical")
    default_auto_field = "django.db.models.BigAutoField"
