"""The engine's knowledge as compressed canonical JSON with its digest, and back. Plain values only, no database."""

import hashlib
import json
import zlib
from dataclasses import dataclass

from clinical.screening.knowledge import Knowledge
from clinical.screening.plain import NotReadable, canonical, from_plain, to_plain


class Damaged(ValueError):
    """Kept knowledge whose content is not what its digest says."""


@dataclass(frozen=True, slots=True)
class Packed:
    """`digest` is the SHA-256 of the canonical JSON, `content` that JSON compressed with zlib."""

    digest: str
    content: bytes


def pack(knowledge: Knowledge) -> Packed:
    """Write knowledge so that equal knowledge gives an equal digest."""
    text = canonical(to_plain(knowledge)).encode()
    return Packed(hashlib.sha256(text).hexdigest(), zlib.compress(text))


def unpack(digest: str, content: bytes) -> Knowledge:
    """Read knowledge back. Refuses (`Damaged`) content that its digest does not name or that cannot be read."""
    try:
        text = zlib.decompress(content)
        if hashlib.sha256(text).hexdigest() != digest:
            raise Damaged("the content is not what its digest says")
        return from_plain(Knowledge, json.loads(text))
    except (zlib.error, json.JSONDecodeError, NotReadable) as fault:
        raise Damaged(str(fault)) from fault
