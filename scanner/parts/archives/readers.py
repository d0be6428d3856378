"""Who reads what lies inside which format of archives. A zip may be a document, and is read by those of documents."""

from collections.abc import Mapping

from scanner.parts.archives import compressed, unpackers
from scanner.parts.source import PartReader

READERS: Mapping[str, tuple[PartReader, ...]] = {
    **dict.fromkeys(compressed.COVERS, (compressed.parts,)),
    **dict.fromkeys(unpackers.COVERS, (unpackers.parts,)),
}

COVERS: Mapping[str, str] = {**compressed.COVERS, **unpackers.COVERS}
"""What is examined of each format, and what is only told, in a few words."""
