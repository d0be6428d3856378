"""Reads the manifest store of one file with c2pa-python; the only module that knows how that library answers.

It tells what the reader said, as plain values. What that means is for `status` and `signals` to say.
"""

import json
import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.credentials.trust import Trust
from detectors.observation import Json

if TYPE_CHECKING:
    import c2pa

_REMOTE = re.compile(r"Remote:.*?\burl (\S+)")


class Outcome(StrEnum):
    """How reading ended."""

    READ = "read"
    NONE = "none"
    UNSUPPORTED = "unsupported"
    REMOTE_ONLY = "remote_only"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader said of one file.

    `store` is its JSON (manifests, validation state and results), empty unless the outcome is `READ`. `vouched_by` is
    the name of the list that vouches for the signer. `not_before` and `not_after` are the signer's certificate's
    dates, in ISO 8601. `message` is the reader's own word where it failed; `remote_url` where the manifest is said to
    lie, never fetched.
    """

    outcome: Outcome
    store: dict[str, Json] = field(default_factory=dict)
    vouched_by: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    message: str = ""
    remote_url: str | None = None


def reader_version() -> str:
    """The version of the library, without importing it."""
    return metadata.version("c2pa-python")


def read(path: Path, trust: Trust) -> Reading:
    """What the reader says of one file.

    Damage makes the library raise rather than answer: whatever it raises over a file that has bytes, other than its
    words for "none" and "not my format", is `UNREADABLE`.

    Raises:
        OSError: the file can't be opened.
        c2pa.C2paError: the reader refuses a trust list.
    """
    with path.open("rb") as file:
        if not file.read(1):
            return Reading(Outcome.NONE)
    import c2pa

    context = _context(os.getpid(), trust.text)
    try:
        with c2pa.Reader(path, context=context) as reader:
            store = _as_object(reader.json())
            extended = _as_object(reader.crjson())
            remote_url = reader.get_remote_url()
    except Exception as error:  # noqa: BLE001 - a hostile file may make the binding raise anything; none of it is "none"
        return _refusal(error)
    if not isinstance(store.get("manifests"), dict):
        return Reading(Outcome.UNREADABLE, message="the reader found a store without manifests")
    not_before, not_after = _validity(extended, store.get("active_manifest"))
    results = store.get("validation_results")
    uri = results.get("trustListUri") if isinstance(results, dict) else None
    trusted = store.get("validation_state") == "Trusted"
    return Reading(
        Outcome.READ,
        store=store,
        vouched_by=trust.vouching_list(uri if isinstance(uri, str) else None) if trusted else None,
        not_before=not_before,
        not_after=not_after,
        remote_url=remote_url,
    )


def _refusal(error: Exception) -> Reading:
    import c2pa

    if isinstance(error, c2pa.C2paError.ManifestNotFound):
        return Reading(Outcome.NONE)
    if isinstance(error, c2pa.C2paError.NotSupported):
        return Reading(Outcome.UNSUPPORTED)
    message = str(error) or type(error).__name__
    remote = _REMOTE.match(message)
    if remote:
        return Reading(Outcome.REMOTE_ONLY, message=message, remote_url=remote[1])
    return Reading(Outcome.UNREADABLE, message=message)


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
            found: Json = manifest
            for step in ("signature", "certificateInfo", "validity"):
                found = found.get(step) if isinstance(found, dict) else None
            if isinstance(found, dict):
                since, until = found.get("notBefore"), found.get("notAfter")
                return (since if isinstance(since, str) else None, until if isinstance(until, str) else None)
    return None, None
