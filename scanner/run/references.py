"""The reference works of a run: libraries that were made before, and plain folders that are looked through now.

Also `provscan references add`: the same looking through, into a library. What a person stated of the works in a
folder's sheet is read before anything is opened, so that a mistake in it costs nobody an hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from detectors import DetectorSettings
from scanner.catalogue import Catalogue
from scanner.catalogue.shelf import is_library
from scanner.drop.assets import Asset, Drop
from scanner.drop.names import presentable
from scanner.drop.walk import walk
from scanner.errors import Mistake, UsageError
from scanner.library.contents import contents_of
from scanner.library.hashlist import read_list
from scanner.library.references import Item, ReferenceLibrary, library_of, opened_library
from scanner.library.sheet import NAMES, UNSTATED, SheetError, Stated, read_sheet
from scanner.library.writer import Added, Addition, Writer
from scanner.media.tools import tools
from scanner.run.looking.examine import initialise
from scanner.run.looking.gather import Gathering, Watcher
from scanner.run.looking.identify import Unidentified
from scanner.run.looking.plan import Unit
from scanner.run.looking.workers import Workers

_HIDDEN = ".*"
"""What is hidden in a folder of the house's own, such as a browser's thumbnails, is no work."""


@dataclass(frozen=True, slots=True)
class ReferenceSource:
    """One of a run's places of reference works: a plain folder with what is stated of its works, or a library.

    `folder` is None for a library, `opened` for a folder; `stated` is by path.
    """

    folder: Drop | None
    stated: Mapping[str, Stated]
    opened: ReferenceLibrary | None = None

    def library(self, gathering: Gathering) -> ReferenceLibrary:
        """The works, once the folder was gathered. Their prints are fetched from the catalogue when they are needed."""
        if self.opened or not self.folder:
            assert self.opened  # noqa: S101 - one of the two is there
            return self.opened
        return library_of(self.folder, self.items(gathering), self.lost(gathering))

    def works(self, gathering: Gathering) -> dict[str, Unit]:
        """The media of the works by their ids; none of a library, which was made of them elsewhere."""
        return {self._statement(unit.asset.path).id or unit.asset.path: unit for unit in self._units(gathering)}

    def items(self, gathering: Gathering) -> list[Item]:
        """The media of a folder that could be looked through."""
        items = []
        for unit in self._units(gathering):
            path, extraction = unit.asset.path, gathering.extraction(unit)
            if extraction:
                items.append(
                    Item(path, unit.content, extraction, partial(gathering.prints, unit), self._statement(path))
                )
        return items

    def lost(self, gathering: Gathering) -> list[tuple[str, str]]:
        """The ids of what could not be looked through in a folder, and why."""
        if not self.folder:
            return []
        lost = [(refused.path, refused.why) for refused in self.folder.refused]
        for asset in self.folder.assets:
            why = _why_lost(self.folder, asset, gathering)
            if why:
                lost.append((self._statement(asset.path).id or asset.path, why))
        return sorted(lost)

    def _units(self, gathering: Gathering) -> list[Unit]:
        return gathering.units(self.folder) if self.folder else []

    def _statement(self, path: str) -> Stated:
        return self.stated.get(path, UNSTATED)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is to be added to a library: folders and files, and lists of hashes.

    `stated`: what holds for all of them where their sheets are silent. `algorithm`: of listed hashes that don't say.
    `stop`: they mean nothing where they are seen. `cache`: where examinations are remembered, None for nowhere.
    """

    library: Path
    items: tuple[Path, ...] = ()
    lists: tuple[Path, ...] = ()
    algorithm: str | None = None
    stated: Stated = UNSTATED
    stop: bool = False
    jobs: int = 1
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of an intake. `lost`: what could not be looked through, and why."""

    added: Added
    lost: tuple[tuple[str, str], ...]


def open_references(places: Sequence[Path], drop: Path | None = None) -> list[ReferenceSource]:
    """The places of reference works that a run was given, in their order; nothing but sheets and libraries is opened.

    Args:
        places: folders, single files, and libraries that `references add` made.
        drop: what is scanned; nothing in it may state whose works they are.

    Raises:
        SheetError: there are mistakes in the folders' sheets; it holds all of them.
        LibraryError: a library is damaged, or of another version.
        UsageError: a place isn't there, or its sheet lies in the drop.
    """
    sources, mistakes = [], list[Mistake]()
    for place in places:
        if is_library(place):
            sources.append(ReferenceSource(None, {}, opened_library(place, presentable(place.resolve().name))))
            continue
        try:
            sources.append(_folder_source(place, drop))
        except SheetError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SheetError(mistakes)
    return sources


def add(intake: Intake, watcher: Watcher) -> IntakeResult:
    """Look through what is to be added, and add it. The library is held from the first moment.

    Raises:
        LockedError: another run is writing to the library.
        LibraryError: the library can't be used, or an id in it is that of another work.
        SheetError: there are mistakes in sheets or lists; it holds all of them.
        MissingToolError: this machine lacks a program that it takes.
        KeyboardInterrupt: the person stopped it; nothing was added, and what was looked at is remembered.
    """
    sources, additions = _requested(intake)
    if sources:
        tools()  # says what is missing before anything is tried
    settings = DetectorSettings()
    with (
        Writer(intake.library) as writer,
        Catalogue(intake.cache) as catalogue,
        Workers(intake.jobs, initialise, (settings,)) as workers,
    ):
        gathering = Gathering(catalogue, workers, ())
        folders = [source.folder for source in sources if source.folder]
        gathering.gather(None, folders, watcher, threads=intake.jobs, reread=False)
        if gathering.interrupted:
            raise KeyboardInterrupt
        additions += (_addition(item, intake) for source in sources for item in source.items(gathering))
        added = writer.add(additions)
        return IntakeResult(added, tuple(lost for source in sources for lost in source.lost(gathering)))


def _requested(intake: Intake) -> tuple[list[ReferenceSource], list[Addition]]:
    """The folders that are to be looked through, and what lists hold; every mistake in their sheets at once.

    Raises:
        SheetError: there are mistakes.
        UsageError: a library is to be added to a library.
    """
    for place in intake.items:
        if is_library(place):
            raise UsageError(
                f"{presentable(str(place))} is a library itself", hint="give it to the scan beside this one"
            )
    mistakes: list[Mistake] = []
    sources: list[ReferenceSource] = []
    additions: list[Addition] = []
    try:
        sources = open_references(intake.items)
    except SheetError as error:
        mistakes += error.mistakes
    for file in intake.lists:
        try:
            additions += read_list(file, intake.algorithm, intake.stated, stop=intake.stop)
        except SheetError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SheetError(mistakes)
    return sources, additions


def _addition(item: Item, intake: Intake) -> Addition:
    return Addition(
        item.stated.id or item.path,
        item.content,
        item.path,
        item.stated.or_else(intake.stated),
        lambda: contents_of(item.content, item.extraction, item.prints()),
        intake.stop,
    )


def _folder_source(place: Path, drop: Path | None) -> ReferenceSource:
    """A plain folder, or a file alone, which has no sheet."""
    if not place.is_dir():
        return ReferenceSource(walk(place), {})
    folder = walk(place, exclude=[*(f"/{name}" for name in NAMES), _HIDDEN])
    sheet = read_sheet(place)
    if sheet is None:
        return ReferenceSource(folder, {})
    if drop and Path(sheet.file).resolve().is_relative_to(drop.resolve()):
        raise UsageError(
            f"{sheet.file} lies in the drop: a delivery can't state whose works are shown in it",
            hint="keep the references and their sheet outside the drop",
        )
    return ReferenceSource(folder, sheet.of(asset.path for asset in folder.assets))


def _why_lost(folder: Drop, asset: Asset, gathering: Gathering) -> str:
    """Why an asset could not be looked through; empty: it was."""
    identity = gathering.identity(folder, asset)
    if identity is None:
        return "it was not reached"
    if isinstance(identity.unit, Unidentified):
        return identity.unit.problem.message
    return "" if gathering.extraction(identity.unit) else gathering.failure(identity.unit).message
