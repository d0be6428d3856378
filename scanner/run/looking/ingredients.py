"""The pictures that credentials keep of their ingredients, drawn anew in workers and remembered, as evidence.

Which ingredients have one is told by the chain of a credential observation; files without one are not opened again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from detectors.credentials.chain import pictured_titles
from detectors.credentials.thumbnails import MOST, thumbnails
from detectors.observation import Kind
from scanner.catalogue import Catalogue
from scanner.run.looking.examine import pieces
from scanner.run.looking.plan import Unit
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.seen import EvidencePicture, SeenAsset

_VERSION = "thumbnails/1"
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The pictures of one credential: that of a frame, where the unit is a sequence."""

    unit: Unit
    observation: int
    titles: tuple[str | None, ...]
    frame: int | None
    from_sidecar: bool

    @property
    def version(self) -> str:
        """Under what they are remembered, besides the content: a sidecar has bytes of its own."""
        beside = f" {self.unit.sidecars.digest}" if self.from_sidecar and self.unit.sidecars else ""
        return f"{_VERSION} {self.frame}{beside}"


def draw_ingredients(wanted: Sequence[tuple[SeenAsset, Unit | None]], catalogue: Catalogue, workers: Workers) -> None:
    """Draw what isn't remembered yet. `wanted`: what was seen, with the unit where its bytes are known."""
    lacking = {
        (one.unit.content, one.version): one
        for seen, unit in wanted
        for one in _wanted(seen, unit)
        if catalogue.picture(one.unit.content, 0, one.version) is None
    }
    for one, drawn in workers.run(draw, [Job(one, _TIMEOUT) for one in lacking.values()]):
        if isinstance(drawn, Failure):
            continue
        for number, _ in enumerate(one.titles):
            jpeg = drawn[number] if number < len(drawn) else b""
            catalogue.keep_picture(one.unit.content, number, one.version, jpeg)


def ingredient_pictures(seen: SeenAsset, unit: Unit | None, catalogue: Catalogue) -> list[EvidencePicture]:
    """The pictures that are remembered."""
    return [picture for one in _wanted(seen, unit) for picture in _remembered(one, catalogue)]


def draw(one: _Wanted) -> list[bytes]:
    """The pictures of one credential as JPEGs, in a worker; empty bytes where one can't be made."""
    piece = next((each for each in pieces(one.unit) if one.frame is None or each.frame == one.frame), None)
    if piece is None:
        return []
    try:
        if one.from_sidecar:
            return thumbnails(piece.sidecar.path, is_store=True) if piece.sidecar else []
        return thumbnails(piece.path)
    except OSError:
        return []


def _wanted(seen: SeenAsset, unit: Unit | None) -> Iterator[_Wanted]:
    """The first credential that has pictures: a sequence may have one for each of thousands of frames."""
    if unit is None:
        return
    every = (
        _Wanted(unit, index, titles, one.span.first_frame if one.span else None, one.facts.get("source") == "sidecar")
        for index, one in enumerate(seen.observations)
        if one.kind is Kind.CREDENTIAL and (titles := tuple(pictured_titles(one.facts.get("chain"))[:MOST]))
    )
    yield from islice(every, 1)


def _remembered(one: _Wanted, catalogue: Catalogue) -> Iterator[EvidencePicture]:
    for number, title in enumerate(one.titles):
        jpeg = catalogue.picture(one.unit.content, number, one.version)
        if jpeg:
            yield EvidencePicture(jpeg, None, (one.observation,), ingredient=title or "")
