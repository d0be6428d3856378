"""The pictures that credentials keep of their ingredients, drawn anew in workers and remembered, as evidence.

Which ingredients have one is told by the chain of a credential observation; files without one are not opened again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
class _PicturedCredential:
    """The pictures of one credential: that of a frame, where the unit is a sequence."""

    unit: Unit
    observation: int
    titles: tuple[str | None, ...]
    frame: int | None
    from_sidecar: bool

    @property
    def version(self) -> str:
        """The version under which its pictures are remembered: it tells frames apart, and the bytes of sidecars."""
        beside = f" {self.unit.sidecars.digest}" if self.from_sidecar and self.unit.sidecars else ""
        return f"{_VERSION} {self.frame}{beside}"


def draw_ingredients(
    results_with_units: Sequence[tuple[SeenAsset, Unit | None]], catalogue: Catalogue, workers: Workers
) -> None:
    """Draw what isn't remembered yet. `results_with_units`: what was seen, with the unit where its bytes are known."""
    credentials = (_pictured_credential(result, unit) for result, unit in results_with_units)
    lacking = {
        (credential.unit.content, credential.version): credential
        for credential in credentials
        if credential and catalogue.picture(credential.unit.content, 0, credential.version) is None
    }
    for credential, jpegs in workers.run(draw, [Job(credential, _TIMEOUT) for credential in lacking.values()]):
        if isinstance(jpegs, Failure):
            continue
        for number, _ in enumerate(credential.titles):
            jpeg = jpegs[number] if number < len(jpegs) else b""
            catalogue.keep_picture(credential.unit.content, number, credential.version, jpeg)


def ingredient_pictures(result: SeenAsset, unit: Unit | None, catalogue: Catalogue) -> list[EvidencePicture]:
    """The ingredient pictures of an asset's credential that are remembered."""
    credential = _pictured_credential(result, unit)
    return list(_remembered_pictures(credential, catalogue)) if credential else []


def draw(credential: _PicturedCredential) -> list[bytes]:
    """The pictures of one credential as JPEGs, in a worker; empty bytes where one can't be made."""
    frame = credential.frame
    piece = next((piece for piece in pieces(credential.unit) if frame is None or piece.frame == frame), None)
    if piece is None:
        return []
    try:
        if credential.from_sidecar:
            return thumbnails(piece.sidecar.path, is_store=True) if piece.sidecar else []
        return thumbnails(piece.path)
    except OSError:
        return []


def _pictured_credential(result: SeenAsset, unit: Unit | None) -> _PicturedCredential | None:
    """The first credential that has pictures: a sequence may have one for each of thousands of frames."""
    if unit is None:
        return None
    for index, observation in enumerate(result.observations):
        if observation.kind is not Kind.CREDENTIAL or observation.part:
            continue
        titles = tuple(pictured_titles(observation.facts.get("chain"))[:MOST])
        if titles:
            frame = observation.span.first_frame if observation.span else None
            return _PicturedCredential(unit, index, titles, frame, observation.facts.get("source") == "sidecar")
    return None


def _remembered_pictures(credential: _PicturedCredential, catalogue: Catalogue) -> Iterator[EvidencePicture]:
    for number, title in enumerate(credential.titles):
        jpeg = catalogue.picture(credential.unit.content, number, credential.version)
        if jpeg:
            yield EvidencePicture(jpeg, None, (credential.observation,), ingredient=title or "")
