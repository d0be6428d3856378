"""The user's C2PA trust lists: kept in the data folder, one file a list, and used by every scan.

A list is kept as it was published, so that its digest can be held against the publisher's. A file is replaced whole,
by a rename, or not at all. Nothing here is fetched but by `update`, which only a person's command calls.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from detectors import TrustList, TrustListError
from detectors.trust_list import ListKind
from scanner.durable import put_in_place
from scanner.errors import UsageError
from scanner.trust.download import DownloadError, fetch

LARGEST = 4 * 1024 * 1024
"""Bytes of a list; the published ones have some 65,000."""
SOURCE = "https://raw.githubusercontent.com/c2pa-org/conformance-public/main/trust-list"
"""Where C2PA publishes its lists."""

_SCHEMA = "provscan/trust-list/1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it is kept. `content`: the published file, byte for byte; `source`: where it came from."""

    trust_list: TrustList
    content: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Published:
    """A list that C2PA publishes: what it is called here, what it is good for, and its file."""

    name: str
    kind: ListKind
    file: str


PUBLISHED = (
    Published("c2pa-trust-list", "manifest", "C2PA-TRUST-LIST.json"),
    Published("c2pa-tsa-trust-list", "tsa", "C2PA-TSA-TRUST-LIST.json"),
)


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did to one list: `new`, `changed` or `unchanged`."""

    trust_list: TrustList
    change: Literal["new", "changed", "unchanged"]


def folder_in(data: Path) -> Path:
    """Where the lists lie in the data folder."""
    return data / "trust"


def load(data: Path) -> tuple[KeptList, ...]:
    """The lists that are kept in a data folder, by name; none where there is no such folder.

    Raises:
        UsageError: one of them can't be read. A scan without it would call signers unverified that are not.
    """
    folder = folder_in(data)
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".json" and not file.name.startswith("."))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UsageError(f"the trust lists in {folder} can't be read: {error.strerror}") from error
    return tuple(_read_kept(file) for file in files)


def read_list_file(
    file: Path,
    kind: ListKind,
    name: str | None,
    issued: date | None = None,
    next_update: date | None = None,
) -> KeptList:
    """A list from a file, checked. `issued` and `next_update`: what is known of its dates, where it doesn't say.

    Raises:
        UsageError: the file can't be read, is no list, or one of another kind; the name can't be one.
    """
    name = file.stem if name is None else name
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} can't be the name of a trust list",
            hint="give --name with up to 64 letters, digits, dots, dashes and underscores",
        )
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}", hint="give a file of PEM certificates") from error
    if len(content) > LARGEST:
        raise UsageError(f"{file} is too large for a trust list", hint="give a file of PEM certificates")
    trust_list = _parse(name, kind, content, (issued, next_update))
    authorities, certificates = trust_list.authorities(), len(trust_list.certificates())
    if kind != "allowed" and not authorities:
        raise UsageError(
            f"{file} holds signers' own certificates and no authority's, so as {kind} it would vouch for nobody",
            hint="add it with --kind allowed",
        )
    if kind == "allowed" and authorities == certificates:
        raise UsageError(
            f"{file} holds authorities and no signer's own certificate, so as allowed it would vouch for nobody",
            hint="add it with --kind manifest (or tsa, for authorities of time stamps)",
        )
    return KeptList(trust_list, content, file.name)


def keep(data: Path, kept: KeptList) -> bool:
    """Write a list to its place in the data folder; True where it replaced another of its name.

    Raises:
        UsageError: it can't be written; what was there before is still whole.
    """
    trust_list = kept.trust_list
    document = {
        "schema": _SCHEMA,
        "name": trust_list.name,
        "kind": trust_list.kind,
        "issued": trust_list.issued.isoformat() if trust_list.issued else None,
        "next_update": trust_list.next_update.isoformat() if trust_list.next_update else None,
        "source": kept.source,
        "content": kept.content.decode("latin-1"),  # comments in it may be in any encoding; this gives the bytes back
    }
    file = _file(data, trust_list.name)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        replaces = file.exists()
        put_in_place(file, json.dumps(document, indent=1).encode())
    except OSError as error:
        raise UsageError(f"the trust list can't be kept in {file.parent}: {error.strerror}") from error
    return replaces


def remove(data: Path, names: Sequence[str]) -> None:
    """Take lists away, all of those named or none.

    Raises:
        UsageError: there is none of such a name.
    """
    from scanner.written.mistakes import near

    folder = folder_in(data)
    names_kept = sorted(file.stem for file in folder.glob("[!.]*.json"))
    for name in names:
        if name not in names_kept:
            raise UsageError(f"there is no trust list {name!r}{near(name, names_kept)}")
    for name in names:
        _file(data, name).unlink(missing_ok=True)


def update(data: Path, source: str, authorities: Path | None) -> list[Updated]:
    """Download the published lists and put them in place, all of them or none.

    Args:
        data: the data folder.
        source: the https URL of the folder in which the lists lie.
        authorities: a PEM file of who vouches for that server; None: whom this system trusts.

    Raises:
        DownloadError: one of them can't be had, isn't a list, or is older than the one that is kept.
        UsageError: a list that is kept can't be read, or the new one can't be written.
    """
    before = {kept.trust_list.name: kept for kept in load(data)}
    fresh = [_fetch_published(published, source, authorities, before.get(published.name)) for published in PUBLISHED]
    updates: list[Updated] = []
    for kept in fresh:
        old = before.get(kept.trust_list.name)
        is_unchanged = old is not None and old.content == kept.content and old.trust_list == kept.trust_list
        if not is_unchanged:
            keep(data, kept)
        updates.append(Updated(kept.trust_list, "unchanged" if is_unchanged else "changed" if old else "new"))
    return updates


def _fetch_published(published: Published, source: str, authorities: Path | None, old: KeptList | None) -> KeptList:
    url = f"{source.rstrip('/')}/{published.file}"
    content = fetch(url, LARGEST, authorities)
    try:
        trust_list = TrustList.read(published.name, published.kind, content)
    except TrustListError as error:
        raise DownloadError(url, f"what came is no trust list: {error}") from error
    if trust_list.issued is None or not trust_list.authorities():
        raise DownloadError(url, "what came states no date, or holds no authority")
    issued, issued_before = trust_list.issued, old.trust_list.issued if old else None
    if issued_before and issued < issued_before:
        raise DownloadError(url, f"what came was issued on {issued}, before the one here ({issued_before})")
    return KeptList(trust_list, content, url)


def _read_kept(file: Path) -> KeptList:
    try:
        document: Any = json.loads(file.read_bytes())
        if not isinstance(document, dict) or document.get("schema") != _SCHEMA:
            raise ValueError("another version wrote it, or something else")  # noqa: TRY301 - told like other damage
        content = document["content"].encode("latin-1")
        days = [date.fromisoformat(day) if day else None for day in (document["issued"], document["next_update"])]
        trust_list = _parse(file.stem, cast("ListKind", document["kind"]), content, (days[0], days[1]))
        return KeptList(trust_list, content, str(document["source"]))
    except OSError as error:
        raise UsageError(f"the trust list {file} can't be read: {error.strerror}") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, UsageError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise UsageError(
            f"the trust list {file} is damaged: {why}",
            hint=f"take it away with `provscan trust remove {file.stem}`, and add it again",
        ) from error


def _parse(name: str, kind: ListKind, content: bytes, days: tuple[date | None, date | None]) -> TrustList:
    """Parse a list. Dates that it states count; `days` (issued, next update) only where it is silent."""
    try:
        trust_list = TrustList.read(name, kind, content)
    except TrustListError as error:
        raise UsageError(str(error), hint="give a file of PEM certificates") from error
    return replace(trust_list, issued=trust_list.issued or days[0], next_update=trust_list.next_update or days[1])


def _file(data: Path, name: str) -> Path:
    return folder_in(data) / f"{name}.json"
