"""What kind of file something is: by its bytes, and by its name where these don't tell."""

from pathlib import Path

from detectors.material import Piece
from detectors.tails import TAG_IN_FRONT, behind_tags
from scanner.drop.kinds import HEAD_BYTES, UNKNOWN, Format, sniff
from scanner.media.commands import opened
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe

_HEAD = 65_547
"""Bytes that tell a format, MXF behind the longest run-in that it may have included."""


def recognise(piece: Piece) -> Format:
    """The format of a file, by its bytes, and by its name where these don't tell.

    Raises:
        MediaError: it can't be opened.
    """
    with opened(piece.path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        try:
            head = file.read(_HEAD)
            behind = behind_tags(file) if head.startswith(TAG_IN_FRONT) else 0
            if behind:
                file.seek(behind)
                form = sniff(file.read(HEAD_BYTES), piece.name)
                if form.kind == "audio" and form.name != UNKNOWN:
                    return form
            return sniff(head, piece.name)
        except OSError as error:
            raise MediaError(f"the file can't be read: {error.strerror}") from error


def kind_of(path: Path, form: Format) -> str:
    """The kind of a file: a movie's container that holds nothing but sound is audio, but timed text a document."""
    if form.kind != "video":
        return form.kind
    try:
        probed = probe(path)
    except MediaError:
        return form.kind
    return "video" if probed.video is not None else "audio" if probed.sounds else "document"
