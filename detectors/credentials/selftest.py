"""Whether the reader reads here as it did where this was written: tried on a picture of our own before the first file.

The library moves its settings from one minor version to the next, and says nothing of those that it no longer knows.
What it then says of a delivery looks like an answer and is none.
"""

import re
import struct
import tempfile
import zlib
from functools import cache
from pathlib import Path

from detectors.credentials.status import Status, status_of
from detectors.credentials.store import CredentialReading, read, reader_version
from detectors.credentials.trust import trust_of
from detectors.trust_list import TrustList

_TRIED = re.compile(r"0\.38\.")
"""The minor version that the settings and the words of the reader were measured with."""
_LIST = "self-test"


@cache
def fault() -> str:
    """What the reader gets wrong, in a sentence for a report; empty where it reads as it should. Tried once a process.

    A picture signed by a listed authority must read trusted through that list, the same picture untrusted without
    the list, a changed one tampered with, and one without a credential as such.
    """
    version = reader_version()
    if not _TRIED.match(version):
        return f"c2pa-python is {version}, and this version of provscan reads credentials with 0.38 alone"
    try:
        with tempfile.TemporaryDirectory(prefix="provscan-") as folder:
            wrong = _tried(Path(folder))
    except Exception as error:  # noqa: BLE001 - whatever a broken library raises, it can't be used
        wrong = f"{type(error).__name__}: {error}"
    return f"its reader failed on a picture signed for the purpose: {wrong}" if wrong else ""


def _tried(folder: Path) -> str:
    from detectors.credentials.signing import Authority, ai_manifest

    authority = Authority.make("provscan self-test")
    plain, signed, changed = (folder / name for name in ("plain.png", "signed.png", "changed.png"))
    plain.write_bytes(_picture())
    authority.sign(plain, signed, ai_manifest("signed.png", "image/png"))
    data = bytearray(signed.read_bytes())
    data[data.rindex(b"IDAT") + 8] ^= 0xFF
    changed.write_bytes(data)
    lists = (TrustList(_LIST, "manifest", authority.certificate_pem),)
    listing, nobody = trust_of(lists), trust_of(())
    readings = (
        ("a picture without a credential", read(plain, listing), Status.NONE),
        ("a listed signer's", read(signed, listing), Status.TRUSTED),
        ("an unlisted signer's", read(signed, nobody), Status.UNTRUSTED),
        ("a changed one", read(changed, listing), Status.TAMPERED),
    )
    for what, reading, meant in readings:
        if status_of(reading) is not meant or not _through_the_list(reading, meant):
            return f"{what} reads {status_of(reading).value}, not {meant.value}"
    return ""


def _through_the_list(reading: CredentialReading, meant: Status) -> bool:
    return reading.vouched_by == (_LIST if meant is Status.TRUSTED else None)


def _picture() -> bytes:
    """A PNG of one grey pixel (PNG specification, second edition)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    )
