"""Who reads what lies inside which format of documents, projects and zips."""

from collections.abc import Mapping

from scanner.parts.archives import zips
from scanner.parts.documents import markup, office, pdf, projects, rtf, unknown, unread
from scanner.parts.source import PartReader

READERS: Mapping[str, tuple[PartReader, ...]] = {
    **dict.fromkeys((*office.COVERS, *zips.COVERS), (office.parts,)),
    **dict.fromkeys(projects.COVERS, (projects.parts,)),
    **dict.fromkeys(pdf.COVERS, (pdf.parts,)),
    **dict.fromkeys(markup.COVERS, (markup.parts,)),
    **dict.fromkeys(rtf.COVERS, (rtf.parts,)),
    **dict.fromkeys(unread.COVERS, (unread.parts,)),
    **dict.fromkeys(unknown.COVERS, (unknown.parts,)),
}

COVERS: Mapping[str, str] = {
    **office.COVERS,
    **zips.COVERS,
    **projects.COVERS,
    **pdf.COVERS,
    **markup.COVERS,
    **rtf.COVERS,
    **unread.COVERS,
    **unknown.COVERS,
}
"""What is examined of each format, and what is only told, in a few words."""
