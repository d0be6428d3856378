"""Lists the parts of bytes as the house lists those of a file."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from PIL import Image

from detectors.material import Piece
from scanner.examination import Part
from scanner.media.errors import MediaError
from scanner.parts.drawn import drawn_parts
from scanner.parts.listing import ListedParts, list_parts
from scanner.parts.source import Bounds

Lister: TypeAlias = Callable[..., "Parts"]


class Parts:
    """The parts of one file, by their ids, and where those lie that were taken out."""

    def __init__(self, piece: Piece, listed: ListedParts, folder: Path) -> None:
        self._piece = piece
        self.by_id = {part.id: part for part in listed.listing.parts}
        self.problems = [problem.message for problem in listed.listing.problems]
        self._listed = listed
        self._folder = folder
        assert len(self.by_id) == len(listed.listing.parts), "two parts of one id"

    def __getitem__(self, name: str) -> Part:
        return self.by_id[name]

    @property
    def ids(self) -> list[str]:
        return [*self.by_id]

    @property
    def looked_at(self) -> list[str]:
        """Those that are examined: neither harmless nor impossible."""
        return [part.id for part in self.by_id.values() if not part.harmless and not part.why_not]

    def data(self, name: str) -> bytes:
        return (self._folder / self._listed.files[name][0]).read_bytes()

    def picture(self, name: str) -> Image.Image:
        if self.by_id[name].in_place:
            return self._drawn(name)
        with Image.open(self._folder / self._listed.files[name][0]) as image:
            image.load()
            return image

    def why_not_drawn(self, name: str) -> str:
        """Why a part can't be drawn that is looked at where it lies; empty where it can."""
        ((_, image),) = drawn_parts(self._piece, [name], Bounds())
        return str(image) if isinstance(image, MediaError) else ""

    def _drawn(self, name: str) -> Image.Image:
        ((_, image),) = drawn_parts(self._piece, [name], Bounds())
        assert not isinstance(image, MediaError), image
        return image


@pytest.fixture
def parts_of(tmp_path: Path) -> Lister:
    """Lists the parts of a file of these bytes and this name."""
    count = 0

    def listed(data: bytes | Path, name: str = "x", **bounds: float) -> Parts:
        nonlocal count
        count += 1
        path = tmp_path / str(count) / name
        path.parent.mkdir()
        path.write_bytes(data if isinstance(data, bytes) else data.read_bytes())
        folder = tmp_path / str(count) / "parts"
        piece = Piece(path, path.name)
        return Parts(piece, list_parts(piece, folder, Bounds(**bounds)), folder)  # type: ignore[arg-type]  # its fields, whole and broken numbers

    return listed
