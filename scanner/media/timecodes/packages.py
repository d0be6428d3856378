"""Timecodes of an MXF: of its material package, which players show, of its file package, and of the tape behind it.

Each package has a track of timecode components. Where its pictures begin in the package below is said by a clip, and by
the origin of the track that the clip is from (SMPTE ST 377-1, 9 and annex B).
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import BinaryIO

from scanner.media.facts.mxf import MetadataSet, MxfStructure, rational, references, signed, structure
from scanner.media.timecodes.labelling import LabelRun, StatedTimecode, label_rate

_SEQUENCE, _CLIP, _TIMECODE, _STORED, _MATERIAL, _SOURCE, _TRACK = 0x0F, 0x11, 0x14, 0x23, 0x36, 0x37, 0x3B
_UMID, _TRACKS, _TRACK_ID, _TRACK_SEQUENCE, _RATE, _ORIGIN = 0x4401, 0x4403, 0x4801, 0x4803, 0x4B01, 0x4B02
_COMPONENTS, _DATA, _LASTING = 0x1001, 0x0201, 0x0202
_START, _BASE, _DROPS = 0x1501, 0x1502, 0x1503
_CLIP_START, _CLIP_PACKAGE, _CLIP_TRACK = 0x1201, 0x1101, 0x1102
_LINKED = 0x2701
_PICTURE = bytes.fromhex("060e2b34040101010103020201")
_VERSION = 7  # the byte of a label in which registries differ


def package_timecodes(file: BinaryIO) -> tuple[StatedTimecode, ...]:
    """What the packages of an MXF that is open for reading say, the material package first."""
    return tuple(_Packages(structure(file)).stated())


class _Packages:
    """The packages of one MXF, and what leads from one to the next."""

    def __init__(self, stated: MxfStructure) -> None:
        self._sets = stated.sets
        self._by_id = {key: one for sets in stated.sets.values() for key, one in sets.items()}
        self._sources = {package.get(_UMID, b""): package for package in stated.sets.get(_SOURCE, {}).values()}

    def stated(self) -> Iterator[StatedTimecode]:
        """Each timecode, its times counted from the first stored frame."""
        material = next(iter(self._sets.get(_MATERIAL, {}).values()), None)
        clip = self._pictures(material) if material else None
        here = self._sources.get(clip[0].get(_CLIP_PACKAGE, b"")) if clip else self._stored()
        origin = self._origin(here, clip[0]) if here and clip else Fraction(0)
        if material:
            yield from self._of("the material package", material, origin + (_begin(*clip) if clip else 0))
        if here is None:
            return
        yield from self._of("the file package", here, origin)
        below = self._pictures(here)
        behind = self._sources.get(below[0].get(_CLIP_PACKAGE, b"")) if below else None
        if behind and below and behind is not here:
            yield from self._of("the package of its tape", behind, origin - _begin(*below))

    def _stored(self) -> MetadataSet | None:
        linked = [one.get(_LINKED, b"") for one in self._sets.get(_STORED, {}).values()]
        return next((self._sources[umid] for umid in linked if umid in self._sources), None)

    def _of(self, source: str, package: MetadataSet, later: Fraction) -> Iterator[StatedTimecode]:
        """The timecode tracks of a package whose position 0 comes so many seconds after the first stored frame."""
        for track in self._tracks(package):
            runs = [replace(run, at=run.at + later) for run in self._runs(track)]
            if runs:
                yield StatedTimecode(source, tuple(runs))

    def _tracks(self, package: MetadataSet) -> Iterator[MetadataSet]:
        known = self._sets.get(_TRACK, {})
        return (known[key] for key in references(package.get(_TRACKS, b"")) if key in known)

    def _components(self, track: MetadataSet) -> Iterator[MetadataSet]:
        """The components of a track, in their order: of its sequence, or the one that stands in its place."""
        named = track.get(_TRACK_SEQUENCE, b"")
        sequence = self._sets.get(_SEQUENCE, {}).get(named)
        keys = references(sequence.get(_COMPONENTS, b"")) if sequence else [named]
        return (self._by_id[key] for key in keys if key in self._by_id)

    def _runs(self, track: MetadataSet) -> Iterator[LabelRun]:
        rate = rational(track.get(_RATE, b""))
        position = -max(0, signed(track.get(_ORIGIN, b"")))
        for component in self._components(track) if rate else ():
            base = int.from_bytes(component.get(_BASE, b""))
            if base and _START in component:
                start, drop = signed(component[_START]), any(component.get(_DROPS, b""))
                run = LabelRun(position / rate, Fraction(start), rate, base, drop)
                yield replace(run, pace=label_rate(run, rate))
            position += max(0, signed(component.get(_LASTING, b"")))

    def _pictures(self, package: MetadataSet) -> tuple[MetadataSet, Fraction] | None:
        """The first clip of the first track of pictures, and the rate of that track."""
        for track in self._tracks(package):
            rate = rational(track.get(_RATE, b""))
            for component in self._components(track):
                data = component.get(_DATA, b"")
                if rate and _CLIP_PACKAGE in component and _unversioned(data).startswith(_unversioned(_PICTURE)):
                    return component, rate
        return None

    def _origin(self, package: MetadataSet, clip: MetadataSet) -> Fraction:
        """How many seconds of what is stored come before position 0 of the track that a clip is from."""
        for track in self._tracks(package):
            rate = rational(track.get(_RATE, b""))
            if rate and track.get(_TRACK_ID) == clip.get(_CLIP_TRACK):
                return max(0, signed(track.get(_ORIGIN, b""))) / rate
        return Fraction(0)


def _begin(clip: MetadataSet, rate: Fraction) -> Fraction:
    """Seconds in the package below at which a clip begins."""
    return max(0, signed(clip.get(_CLIP_START, b""))) / rate


def _unversioned(label: bytes) -> bytes:
    return label[:_VERSION] + label[_VERSION + 1 :]
