"""IMF and DCP packages: the asset map says where files lie, packing lists what is in them, compositions what for.

Read by what elements are called, in whichever namespace: Interop, SMPTE ST 429-7, -8, -9 and ST 2067-2, -3 of any year
differ in what else they hold. What can't be read is a fault of the package, and the rest is read all the same.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from scanner.drop.assets import Member
from scanner.drop.names import presentable
from scanner.drop.packages.compositions import CompositionTrack, tracks_of
from scanner.drop.packages.entries import ManifestEntry, ManifestFault, Package, PlayedElsewhere, listed, named, within
from scanner.drop.packages.index import Index
from scanner.drop.packages.markup import Element, MarkupError, read

NAMES = frozenset({"assetmap", "assetmap.xml"})
"""What the file is called, in lower case: without an ending in Interop packages, with one in SMPTE's."""

_ALGORITHMS = {"": "sha1", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512"}
"""By the fragment of the algorithm's URI (XML Signature, XML Encryption); SHA-1 where none is stated (ST 429-8)."""
_LENGTHS = {"sha1": 20, "sha256": 32, "sha512": 64}
_FOLLOWED = 1000
"""Files of one package that are opened to see whether they are compositions."""


@dataclass(frozen=True, slots=True)
class _Asset:
    """A row of the asset map: its id, the path in the drop, and whether it lies in one piece on this volume."""

    id: str
    path: str
    packing_list: bool
    whole: bool


@dataclass(slots=True)
class _Reading:
    """What is known of one package so far. `folder` is empty or ends in a slash."""

    folder: str
    map: Member
    index: Index
    assets: dict[str, _Asset] = field(default_factory=dict)
    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    tracks: dict[str, CompositionTrack] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    plays: dict[str, PlayedElsewhere] = field(default_factory=dict)
    namespaces: list[str] = field(default_factory=list)
    faults: list[ManifestFault] = field(default_factory=list)

    def nodes(self, member: Member, *wanted: str) -> Iterator[Element]:
        """The elements of one file; ends early, with a fault, where it can't be read further."""
        try:
            yield from read(self.index.path(member), wanted)
        except (MarkupError, OSError) as error:
            why = str(error) if isinstance(error, MarkupError) else error.strerror
            self.fault(member, f"it can't be read as part of a package: {why}")

    def fault(self, member: Member, message: str) -> None:
        """Something is wrong with what a file of the package says."""
        self.faults.append(ManifestFault(member.relative, message))


def read_package(folder: str, asset_map: Member, index: Index) -> Package:
    """The package that an asset map describes. `folder` is where it lies: empty, or ending in a slash."""
    package = _Reading(folder, asset_map, index)
    _read_map(package)
    lists = [member for asset in package.assets.values() if asset.packing_list for member in _there(package, asset)]
    for member in lists:
        _read_list(package, member)
    read_too = [asset_map, *lists, *_compositions(package)]
    entries = (_entry(package, asset) for asset in package.assets.values())
    return Package(
        path=presentable(folder.rstrip("/")) or ".",
        kind=_kind(package),
        files=tuple(member.relative for member in read_too),
        entries=tuple(entry for entry in entries if entry),
        faults=tuple(dict.fromkeys(package.faults)),
        holds=frozenset(package.known),
        plays=tuple(package.plays.values()),
    )


def _read_map(package: _Reading) -> None:
    out, elsewhere = [], 0
    for number, node in enumerate(package.nodes(package.map, "Asset")):
        if number == 0:
            package.namespaces.append(node.namespace)
            if node.name != "AssetMap":
                package.fault(package.map, "it is called like the asset map of a package and isn't one")
                return
            continue
        package.known.add(_id(node.said("Id")))
        chunks = [chunk for chunks in node.all("ChunkList") for chunk in chunks.all("Chunk")]
        if not chunks:
            continue
        first = chunks[0]
        if first.said("VolumeIndex") not in {"", "1"}:
            elsewhere += 1
            continue
        path = _located(package, first.said("Path"))
        if path is None:
            out.append(first.said("Path"))
            continue
        flag = node.child("PackingList")
        packing_list = flag is not None and flag.text.lower() in {"", "true", "1"}
        whole = len(chunks) == 1 and first.said("Offset") in {"", "0"}
        key = _id(node.said("Id"))
        package.assets.setdefault(key, _Asset(key, path, packing_list, whole))
    if out:
        what = "a path that leads" if len(out) == 1 else f"{len(out)} paths that lead"
        package.fault(
            package.map, f"it names {what} out of the package, never followed: {listed(list(map(named, out)))}"
        )
    if elsewhere:
        package.fault(package.map, f"{elsewhere} of its files lie on other volumes, which were not looked for")


def _located(package: _Reading, written: str) -> str | None:
    """The path of a chunk relative to the drop. It is a URI by the standards, and mostly just a path."""
    bare = written.removeprefix("file://")
    plain, decoded = within(package.folder, bare), within(package.folder, unquote(bare))
    if plain is None or decoded is None:
        return None
    return decoded if package.index.find(plain) is None and package.index.find(decoded) else plain


def _there(package: _Reading, asset: _Asset) -> Iterator[Member]:
    """The file of an asset, where the walk found it."""
    file = package.index.find(asset.path)
    if file:
        yield file.member


def _read_list(package: _Reading, member: Member) -> None:
    """Take the sizes and hashes of one packing list."""
    unplaced, unchecked = 0, 0
    for number, node in enumerate(package.nodes(member, "Asset")):
        if number == 0:
            package.namespaces.append(node.namespace)
            if node.name != "PackingList":
                package.fault(member, "the asset map calls it a packing list, and it isn't one")
                return
            continue
        asset = package.assets.get(_id(node.said("Id")))
        if asset is None:
            unplaced += 1
            continue
        digest = _digest(node)
        if digest is None:
            unchecked += 1
        size = node.said("Size")
        package.types.setdefault(asset.id, node.said("Type").lower())
        package.entries.setdefault(
            asset.id,
            ManifestEntry(
                asset.path,
                named(member.relative),
                int(size) if asset.whole and size.isascii() and size.isdigit() and len(size) < 20 else None,  # noqa: PLR2004 - longer than any size
                (digest,) if digest and asset.whole else (),
            ),
        )
    if unplaced:
        package.fault(member, f"{unplaced} of its files have no place in the asset map, so they can't be found")
    if unchecked:
        package.fault(member, f"{unchecked} of its hashes are of no kind that can be checked")


def _digest(node: Element) -> tuple[str, str] | None:
    method = node.child("HashAlgorithm")
    stated = method.attributes.get("Algorithm", "") if method else ""
    algorithm = _ALGORITHMS.get(stated.rpartition("#")[2].lower().replace("-", ""))
    try:
        digest = base64.b64decode("".join(node.said("Hash").split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return (algorithm, digest.hex()) if algorithm and len(digest) == _LENGTHS[algorithm] else None


def _compositions(package: _Reading) -> Iterator[Member]:
    """Take what the compositions say of the track files; gives the files that are compositions."""
    candidates = (
        member
        for asset in package.assets.values()
        if not asset.packing_list
        and (package.types.get(asset.id, "").startswith("text/xml") or asset.path.lower().endswith(".xml"))
        for member in _there(package, asset)
    )
    for _, member in zip(range(_FOLLOWED), candidates, strict=False):
        nodes = package.nodes(member, "ContentTitle", "ContentTitleText", "EditRate", "Reel", "Segment")
        root = next(nodes, None)
        if root is None or root.name != "CompositionPlaylist":
            continue
        package.namespaces.append(root.namespace)
        for track in tracks_of(nodes):
            key = _id(track.file)
            known = package.tracks.get(key)
            package.tracks[key] = replace(known, encrypted=True) if known and track.encrypted else (known or track)
            if key not in package.known:
                package.plays.setdefault(key, PlayedElsewhere(key, track.role, named(member.relative)))
        yield member


def _entry(package: _Reading, asset: _Asset) -> ManifestEntry | None:
    """What the package says of one file: by its packing list, else by the asset map alone."""
    entry = package.entries.get(asset.id) or ManifestEntry(asset.path, named(package.map.relative))
    track = package.tracks.get(asset.id)
    return replace(entry, role=track.role, encrypted=track.encrypted) if track else entry


def _kind(package: _Reading) -> Literal["imf", "dcp"]:
    return "imf" if any("2067" in namespace for namespace in package.namespaces) else "dcp"


def _id(written: str) -> str:
    return written.lower().removeprefix("urn:uuid:")
