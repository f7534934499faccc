"""Keeps, once for each state that a screening used, the whole knowledge it was screened with."""

from functools import lru_cache

from clinical.knowledge_base.packing import Packed, pack
from clinical.models import KeptKnowledge
from clinical.snapshots import InForce


def keep_knowledge(*, in_force: InForce) -> str:
    """Store this knowledge unless it is stored already, and answer its digest. Content decides, never the number."""
    packed = _packed(in_force)
    if not KeptKnowledge.objects.filter(pk=packed.digest).exists():
        row = KeptKnowledge(
            digest=packed.digest,
            reference_version=in_force.knowledge.reference_version,
            content=packed.content,
        )
        # Two first runs at once store the same bytes: the second is passed over.
        KeptKnowledge.objects.bulk_create([row], ignore_conflicts=True)
    return packed.digest


@lru_cache(maxsize=2)
def _packed(in_force: InForce) -> Packed:
    """Written once per process and compiled version."""
    return pack(in_force.knowledge)
