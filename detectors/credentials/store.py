"""Reads the manifest store of one file with c2pa-python; the only module that knows how that library answers.

It gives the reader's answer as plain values. What that means is for `status` and `signals` to say.
"""

import io
import json
import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from detectors.credentials.memory import room_for
from detectors.credentials.trust import Trust, unverified_settings
from detectors.observation import Json

if TYPE_CHECKING:
    import c2pa

_REMOTE = re.compile(r"Remote:.*?\burl (\S+)")


HOMELESS = frozenset(
    ("exr dpx cineon tga bmp jp2 psd psb mxf mkv webm mpegts mpeg flv gxf asf dv y4m ogg ogv aiff rf64 w64 caf").split()  # noqa: SIM905 - as the table of formats in a drop writes them
)
"""Containers that can't hold a credential, by the words that drops use for formats.

The reader takes RF64 for a broken WAV, and raises on every good one. For all of them a sidecar may be there.
"""

_LARGEST_SIDECAR = 64 * 2**20
_STORE = "application/c2pa"
_STORE_BEGINS = b"jumdc2pa\0\x11\0\x10"
"""The description of a JUMBF box with the type of a manifest store (C2PA specification 2.2, 11.1.4)."""
_BLOCK = 1 << 20
_DRAWS_NOTHING: dict[str, Json] = {"builder": {"thumbnail": {"enabled": False}}}


class ReadOutcome(StrEnum):
    """How reading a file's credential ended."""

    READ = "read"
    NONE = "none"
    UNSUPPORTED = "unsupported"
    REMOTE_ONLY = "remote_only"
    UNREADABLE = "unreadable"
    STRIPPED = "stripped"
    """The file holds none, and its metadata speaks of one."""


@dataclass(frozen=True, slots=True)
class CredentialReading:
    """What the reader said of one file.

    `store` is its JSON (manifests, validation state and results), empty unless the outcome is `READ`. `vouched_by` is
    the name of the list that vouches for the signer, None where there is none or the reader doesn't trust the signer.
    `not_before` and `not_after` are the dates of the signer's certificate, in ISO 8601. `message` is the reader's own
    word where it failed; `remote_url` where the manifest is said to lie, never fetched. `misplaced`: where in the file
    the store was found, if that is where no reader looks.
    """

    outcome: ReadOutcome
    store: dict[str, Json] = field(default_factory=dict)
    vouched_by: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    message: str = ""
    remote_url: str | None = None
    misplaced: str = ""


def reader_version() -> str:
    """The version of the library, without importing it."""
    return metadata.version("c2pa-python")


def read(path: Path, trust: Trust) -> CredentialReading:
    """What the reader says of one file.

    Damage makes the library raise rather than answer: whatever it raises over a file that has bytes, other than its
    words for "none" and "not my format", is `UNREADABLE`; but an AVI that was cut and in which no manifest store begins
    has none to be read.

    Raises:
        OSError: the file can't be opened.
        c2pa.C2paError: the reader refuses a trust list.
    """
    with path.open("rb") as file:
        if not file.read(1):
            return CredentialReading(ReadOutcome.NONE)
    with room_for(path):
        reading = _read(trust, path)
    if reading.outcome is ReadOutcome.UNREADABLE and _is_riff_without_store(path):
        return CredentialReading(ReadOutcome.NONE)
    return reading


def read_with(path: Path, sidecar: Path, trust: Trust) -> CredentialReading:
    """What the reader says of a file and of the manifest store that lies beside it in a file of its own.

    Raises:
        OSError: one of them can't be opened.
        c2pa.C2paError: the reader refuses a trust list.
    """
    store = _bytes_of(sidecar)
    if not store:
        return CredentialReading(
            ReadOutcome.UNREADABLE, message="the sidecar is empty, or larger than any manifest store"
        )
    return read_bytes(path, store, trust)


def read_bytes(path: Path, store: bytes, trust: Trust) -> CredentialReading:
    """What the reader says of a file and of a manifest store that was found in it, or elsewhere.

    Raises:
        OSError: the file can't be opened.
        c2pa.C2paError: the reader refuses a trust list.
    """
    with room_for(path), path.open("rb") as file:
        return _read(trust, "application/octet-stream", file, store)  # bytes win over the name of a type


def read_alone(path: Path, trust: Trust) -> CredentialReading:
    """What a manifest store says that lies in a file of its own. Nothing in it is checked against what it is for.

    Raises:
        OSError: it can't be opened.
        c2pa.C2paError: the reader refuses a trust list.
    """
    with path.open("rb") as file:
        return _read(trust, _STORE, file)


def list_of(store: dict[str, Json], trust: Trust) -> str | None:
    """The name of the list on which the reader found the signer of the active manifest."""
    results = store.get("validation_results")
    uri = results.get("trustListUri") if isinstance(results, dict) else None
    return trust.vouching_list(uri if isinstance(uri, str) else None)


def store_of(path: Path, form: str, sidecar: Path | None = None) -> bytes:
    """The bytes of a manifest store: its sidecar's, or taken out of the file, whatever its container does with them.

    Without a sidecar the answer is an archive of the library's own that holds the manifests of the file unchanged.
    `form` is the container's name as extensions have it (`jpg`, `mov` …).

    Raises:
        OSError: the file can't be opened.
        c2pa.C2paError: the library doesn't get at it.
    """
    if sidecar is not None:
        return _bytes_of(sidecar)
    import c2pa

    archive = io.BytesIO()
    described = {"claim_generator_info": [{"name": "provscan"}]}
    with (
        c2pa.Context.from_dict({**json.loads(unverified_settings()), **_DRAWS_NOTHING}) as context,
        c2pa.Builder(described, context=context) as builder,
        room_for(path),
        path.open("rb") as file,
    ):
        builder.add_ingredient({"relationship": "componentOf"}, form, file)
        builder.to_archive(archive)
    return archive.getvalue()


def _is_riff_without_store(path: Path) -> bool:
    """Whether nowhere in a RIFF there are the bytes with which a manifest store begins."""
    with path.open("rb") as file:
        block = file.read(_BLOCK)
        if block[:4] != b"RIFF":
            return False
        before = b""
        while block:
            if _STORE_BEGINS in before + block:
                return False
            before, block = block[-len(_STORE_BEGINS) :], file.read(_BLOCK)
    return True


def _bytes_of(sidecar: Path) -> bytes:
    with sidecar.open("rb") as file:
        content = file.read(_LARGEST_SIDECAR + 1)
    return content if len(content) <= _LARGEST_SIDECAR else b""


def _read(trust: Trust, *asked: Path | str | BinaryIO | bytes) -> CredentialReading:
    """`asked`: a path; or a media type and a file, with the manifest store where that isn't in the file."""
    import c2pa

    context = _context(os.getpid(), trust.text)
    try:
        with c2pa.Reader(*asked, context=context) as reader:
            store = _as_object(reader.json())
            extended = _as_object(reader.crjson())
            remote_url = reader.get_remote_url()
    except Exception as error:  # noqa: BLE001 - a hostile file may make the binding raise anything; none of it is "none"
        return _refusal(error)
    if not isinstance(store.get("manifests"), dict):
        return CredentialReading(ReadOutcome.UNREADABLE, message="the reader found a store without manifests")
    not_before, not_after = _validity(extended, store.get("active_manifest"))
    return CredentialReading(
        ReadOutcome.READ,
        store=store,
        vouched_by=list_of(store, trust) if store.get("validation_state") == "Trusted" else None,
        not_before=not_before,
        not_after=not_after,
        remote_url=remote_url,
    )


def _refusal(error: Exception) -> CredentialReading:
    import c2pa

    if isinstance(error, c2pa.C2paError.ManifestNotFound):
        return CredentialReading(ReadOutcome.NONE)
    if isinstance(error, c2pa.C2paError.NotSupported):
        return CredentialReading(ReadOutcome.UNSUPPORTED)
    message = str(error) or type(error).__name__
    remote = _REMOTE.match(message)
    if remote:
        return CredentialReading(ReadOutcome.REMOTE_ONLY, message=message, remote_url=remote[1])
    return CredentialReading(ReadOutcome.UNREADABLE, message=message)


@lru_cache(maxsize=4)
def _context(process: int, settings: str) -> "c2pa.Context":  # noqa: ARG001 - a context inherited by a fork is dead
    """One context a process and settings: making one costs about as much as reading a small file."""
    import c2pa

    return c2pa.Context.from_json(settings)


def _as_object(text: str) -> dict[str, Json]:
    value: Any = json.loads(text)
    return value if isinstance(value, dict) else {}


def _validity(extended: dict[str, Json], active: Json) -> tuple[str | None, str | None]:
    """The dates of the active manifest's signer: only the extended form of the report has them."""
    manifests = extended.get("manifests")
    for manifest in manifests if isinstance(manifests, list) else ():
        if isinstance(manifest, dict) and manifest.get("label") == active:
            validity: Json = manifest
            for step in ("signature", "certificateInfo", "validity"):
                validity = validity.get(step) if isinstance(validity, dict) else None
            if isinstance(validity, dict):
                since, until = validity.get("notBefore"), validity.get("notAfter")
                return (since if isinstance(since, str) else None, until if isinstance(until, str) else None)
    return None, None
