"""What a change of rules does: to the case library, to the practice's patients, to one signed visit. Writes nothing."""

from clinical.effect.previewing import EffectPreview, PatientEffect, preview

__all__ = ["EffectPreview", "PatientEffect", "preview"]
