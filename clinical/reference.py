"""The reference data's front door for commands: load it, and say which version is in force."""

from clinical.actions.reference import LoadReport, load
from clinical.reference_files import files_digest
from clinical.snapshots import current_version as reference_version

__all__ = ["LoadReport", "files_digest", "load", "loaded_files_digest", "reference_version"]


def loaded_files_digest() -> str:
    """The fingerprint of the files behind the version in force, empty when nothing is loaded."""
    from clinical.models import ReferenceVersion

    return ReferenceVersion.objects.order_by("-number").values_list("files_digest", flat=True).first() or ""
