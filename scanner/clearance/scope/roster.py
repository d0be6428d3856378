"""The assets of a drop, ready to be selected: what one key of a selector means.

Knows names, checksums, and where a timeline puts a shot in its master; not frames, nor what is declared of any.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.clearance.paper.model import Delivery, Paper
from scanner.clearance.scope.blankets import Totals, only_ending, whole_code
from scanner.clearance.scope.frame_files import FrameFiles
from scanner.clearance.scope.layers import ONE, Layers
from scanner.clearance.scope.masters import Masters, find_masters
from scanner.drop.assets import Asset
from scanner.globs import Glob, nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames
from scanner.terms.patterns import counted, shot_in, shot_pattern, telling

_NAMES_NOTHING = "which names no shot, folder or file"


@dataclass(frozen=True, slots=True)
class KeyMeaning:
    """What one key of a selector means: assets by their index.

    `open`: those that it reaches as a pattern, not because it is written out (see `scope.blankets`). `parts`: the
    frames, in layers, of those assets of which a timeline gives it a part; `shots` are those that it names there, where
    it is no shot's whole code. `files`: the frames of those sequences of which it names some files. `unknown`: masters
    whose timeline doesn't fit, so that nobody knows. `why_empty`: why it names nothing, however little fits it here.
    """

    indices: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    parts: Mapping[int, Frames] = field(default_factory=dict)
    files: Mapping[int, Frames] = field(default_factory=dict)
    unknown: frozenset[int] = frozenset()
    shots: Mapping[int, frozenset[str]] = field(default_factory=dict)
    why_empty: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The assets of a drop, ready to be selected: their paths in NFC, from the delivery's root on.

    Behind the assets stand their parts that there is something to say of, as subjects of their own; `owners` has the
    place of the asset that each subject is, or is a part of. `names` has None for an asset outside the root, and for a
    part, which is chosen with its asset. `media` are those that are no mere other files. `masters` are
    those that a timeline of the delivery names. `sequences` know the names of their files, `frame_digests` the
    checksums: by each the sequences with such files, and the frames. `part_ids` are those of all parts of an asset.
    `left_out`: paths that the judgement isn't about. `stand_ins` stand for what lines name and nobody found, each with
    the part that its line names.
    """

    subjects: tuple[SeenAsset, ...]
    owners: tuple[int, ...]
    names: tuple[str | None, ...]
    by_name: Mapping[str, tuple[int, ...]]
    by_digest: Mapping[str, tuple[int, ...]]
    by_folded: Mapping[str, str]
    media: frozenset[int]
    sequences: Mapping[int, FrameFiles]
    frame_digests: Mapping[str, Mapping[int, Frames]]
    part_ids: Mapping[int, frozenset[str]] = field(default_factory=dict)
    stand_ins: Mapping[int, str] = field(default_factory=dict)
    masters: Masters = field(default_factory=Masters)
    left_out: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, assets: Sequence[SeenAsset], root: str = ".", drop_name: str = "", left_out: Sequence[str] = ()
    ) -> "Roster":
        """The roster. A root that is the drop's own name, and no folder in it, is the drop itself."""
        parts = [(owner, view) for owner, asset in enumerate(assets) for view in asset.part_views()]
        subjects = [asset.main_view() for asset in assets]
        paths = [nfc(subject.path) for subject in subjects]
        prefix = nfc(root).removeprefix("./").strip("/")
        inside = f"{prefix}/"
        if prefix in {"", "."} or (prefix == nfc(drop_name) and not any(path.startswith(inside) for path in paths)):
            inside = ""
        names = tuple(path[len(inside) :] if path.startswith(inside) else None for path in paths)
        by_name: dict[str, list[int]] = {}
        by_digest: dict[str, list[int]] = {}
        for index, (name, subject) in enumerate(zip(names, subjects, strict=True)):
            if name is not None:
                by_name.setdefault(counted(name) if subject.is_sequence else name, []).append(index)
            if subject.sha256:
                by_digest.setdefault(subject.sha256, []).append(index)
        return cls(
            (*subjects, *(view for _, view in parts)),
            (*range(len(subjects)), *(owner for owner, _ in parts)),
            (*names, *(None for _ in parts)),
            {name: tuple(indices) for name, indices in by_name.items()},
            {digest: tuple(indices) for digest, indices in by_digest.items()},
            {name.casefold(): name for name in sorted(filter(None, names), reverse=True)},
            frozenset(index for index, subject in enumerate(subjects) if subject.kind != "other"),
            {
                index: files
                for index, name in enumerate(names)
                if name is not None and (files := FrameFiles.of(subjects[index], name))
            },
            _frame_digests(subjects),
            {
                index: frozenset(seen.part.id for seen in asset.parts)
                for index, asset in enumerate(assets)
                if asset.parts
            },
            left_out=frozenset(nfc(path).removeprefix(inside) for path in left_out),
        )

    def is_left_out(self, path: str) -> bool:
        """Whether a path or pattern means something that the judgement isn't about."""
        glob = Glob.of(path)
        return any(counted(path) == counted(name) or glob.matches(name) for name in self.left_out)

    def with_timelines(self, paper: Paper | None, delivery: Delivery | None) -> "Roster":
        """The same roster, with the delivery's timelines laid on their masters."""
        inside = {index: self.subjects[index] for index, name in enumerate(self.names) if name is not None}
        return replace(self, masters=find_masters(paper, delivery, inside, self.by_name))

    def totals(self) -> Totals:
        """What there is for a pattern to choose from."""
        return Totals(len(self.media), {index: len(cut.shots()) for index, cut in self.masters.cuts.items()})

    def owner(self, index: int) -> int:
        """The place of the asset that a subject is, or is a part of."""
        return self.owners[index]

    def has_part(self, index: int, part: str) -> bool:
        """Whether an asset has a part of this id, or parts in one, whether or not anything was seen in them."""
        return any(f"{known}/".startswith(f"{part}/") for known in self.part_ids.get(index, ()))

    def parts_of(self, indices: Container[int]) -> list[int]:
        """The places of the parts of some assets."""
        return [index for index, owner in enumerate(self.owners) if owner != index and owner in indices]

    def twins(self, index: int) -> tuple[int, ...]:
        """The assets with the same bytes as one, itself among them; none of a part, or where they couldn't be read."""
        return self.by_digest.get(self.subjects[index].sha256 or "", ()) if self.owners[index] == index else ()

    def layers(self, index: int) -> Layers:
        """The layers of an asset."""
        cut = self.masters.cuts.get(index)
        return cut.layers if cut else ONE

    def shot_in(self, index: int, code: str) -> Frames:
        """The frames, in layers, that a shot has in an asset: by its timeline, else all if its path names the shot.

        Of a sequence some of whose files are called so it has those.
        """
        if index in self.masters:
            cut = self.masters.cuts.get(index)
            return cut.shot(code) if cut else NOTHING
        subject = self.subjects[index]
        if shot_in(code, subject.path):
            return whole(subject)
        files = self.sequences.get(index)
        return files.of_shot(code) if files else NOTHING

    def with_digest(self, digest: str) -> KeyMeaning:
        """The assets of these bytes, and the frames of sequences whose files have them."""
        whole_ones = frozenset(self.by_digest.get(digest, ()))
        files = {i: frames for i, frames in self.frame_digests.get(digest, {}).items() if i not in whole_ones}
        return KeyMeaning(whole_ones.union(files), files=files)

    def with_path(self, pattern: str) -> KeyMeaning:
        """The assets that a path fits; one that equals the path of an asset, or of a sequence's file, is literal."""
        name = nfc(pattern).removeprefix("./")
        same = frozenset(self.by_name.get(name, ())) or self.with_sequence(name).indices
        files = {} if same else self._files(lambda files: files.called(name))
        if same or files or not (wild(name) or name.endswith("/")):
            return KeyMeaning(same.union(files), files=files)
        glob = Glob.of(pattern)
        fitting = frozenset(index for index, name in enumerate(self.names) if name is not None and glob.matches(name))
        files = self._files(lambda files: files.fitting(glob), fitting)
        why_empty = "" if telling(glob) else _NAMES_NOTHING
        return KeyMeaning(fitting.union(files), fitting.union(files), files=files, why_empty=why_empty)

    def with_sequence(self, pattern: str) -> KeyMeaning:
        """The sequences whose name, with its counter, fits; a counter written `#` or `%d` is of any width."""
        name = counted(nfc(pattern).removeprefix("./"))
        if name in self.by_name:
            return KeyMeaning(frozenset(index for index in self.by_name[name] if self.subjects[index].is_sequence))
        if not wild(name) and "%d" not in name:
            return KeyMeaning()
        glob = Glob.of(name.replace("%d", "%0*d"))
        fitting = frozenset(
            index
            for index, path in enumerate(self.names)
            if path is not None and self.subjects[index].is_sequence and glob.matches(path)
        )
        if not wild(name):
            return KeyMeaning(fitting)
        return KeyMeaning(fitting, fitting, why_empty="" if telling(glob) else _NAMES_NOTHING)

    def with_shot(self, code: str) -> KeyMeaning:
        """The masters in which a timeline has a shot, and the other assets whose name or folder names it.

        It is literal where it is the whole code of one shot, wherever that stands.
        """
        cuts = self.masters.cuts
        parts = {index: frames for index, cut in cuts.items() if (frames := cut.shot(code))}
        shots = {index: cuts[index].shots_named(code) for index in parts}
        named = self._named(code)
        files = self._files(lambda files: files.of_shot(code), named | self.masters.keys())
        names = [self.names[index] or "" for index in sorted(named)]
        names += [self.sequences[index].name(frames.ranges[0][0]) for index, frames in files.items()]
        indices = named.union(parts, files)
        whole_one = not wild(code) and whole_code(code, [*names, *frozenset[str]().union(*shots.values())])
        ending = bool(names) and not shots and all(only_ending(code, name) for name in names)
        return KeyMeaning(
            indices,
            frozenset() if whole_one and not ending else indices,
            parts,
            files,
            frozenset(self.masters.misfits),
            {} if whole_one else shots,
            _NAMES_NOTHING if ending or (wild(code) and not telling(Glob.of(code))) else "",
        )

    def with_reel(self, reel: str) -> KeyMeaning:
        """The masters of a reel, what material from a reel fills of others, and assets whose name names it."""
        if wild(reel):
            return KeyMeaning()
        parts: dict[int, Frames] = {}
        shots: dict[int, frozenset[str]] = {}
        for index, cut in self.masters.cuts.items():
            if nfc(reel) in cut.reels:
                parts[index] = cut.layers.lift(cut.reels[nfc(reel)] & whole(self.subjects[index]))
            elif frames := cut.tape(reel):
                parts[index], shots[index] = frames, cut.shots_from(reel)
        named = self._named(reel)
        unknown = frozenset(self.masters.misfits)
        return KeyMeaning(named.union(parts), named.union(shots), parts, unknown=unknown, shots=shots)

    def of_reel(self, reel: str | None) -> frozenset[int] | str:
        """The masters whose record timecode a reel's is, or why there are none."""
        masters = self.masters
        if reel is None:
            known = [index for index, subject in enumerate(self.subjects) if subject.kind == "video"]
            known = [*masters.cuts, *masters.misfits] or [index for index in known if self.names[index] is not None]
            if len(known) != 1:
                return "names no reel, and there is more or less than one master"
            return "is of a master that its timeline doesn't fit" if known[0] in masters.misfits else frozenset(known)
        conformed = frozenset(index for index, cut in masters.cuts.items() if nfc(reel) in cut.reels)
        if conformed:
            return conformed
        if any(nfc(reel) in misfit.reels for misfit in (*masters.misfits.values(), *masters.astray)):
            return f"is of the reel {reel}, whose timeline fits no master"
        pictures = self._named(reel) if not wild(reel) else ()
        return frozenset(i for i in pictures if self.subjects[i].kind == "video" or self.subjects[i].is_sequence)

    def _named(self, code: str) -> frozenset[int]:
        """The assets whose name or folder names a shot or reel, but for those that a timeline speaks for."""
        token = shot_pattern(nfc(code))
        fitting = (index for index, name in enumerate(self.names) if name is not None and token.search(name))
        return frozenset(index for index in fitting if index not in self.masters)

    def _files(self, frames_of: Callable[[FrameFiles], Frames], known: Container[int] = ()) -> dict[int, Frames]:
        """The frames of those sequences, besides the known ones, of which this gives any."""
        return {
            index: frames
            for index, files in self.sequences.items()
            if index not in known and (frames := frames_of(files))
        }

    def is_folder(self, path: str) -> bool:
        """Whether a path is that of a folder with assets in it."""
        inside = f"{nfc(path).removeprefix('./')}/"
        return not wild(path) and any(name.startswith(inside) for name in self.names if name)

    def nearly(self, pattern: str) -> str | None:
        """A path that would fit if capitals and the way of the slashes didn't count."""
        folded = nfc(counted(pattern)).removeprefix("./").replace("\\", "/").casefold()
        if not wild(folded):
            return self.by_folded.get(folded)
        glob = Glob.of(folded)
        return min((name for known, name in self.by_folded.items() if glob.matches(known)), default=None)


def whole(subject: SeenAsset) -> Frames:
    """All frames of an asset; everything there may be, where their count isn't known or there are none."""
    return Frames.of(subject.frames) if subject.frames else EVERYTHING


def _frame_digests(subjects: Sequence[SeenAsset]) -> dict[str, dict[int, Frames]]:
    """The frames of sequences by the checksum of their files."""
    by_digest: dict[str, dict[int, Frames]] = {}
    for index, subject in enumerate(subjects):
        numbers = [member.number for member in subject.asset.members] if isinstance(subject.asset, Asset) else []
        for number, digest in zip(numbers, subject.frame_digests, strict=False):
            if number is not None:
                of_it = by_digest.setdefault(digest, {})
                of_it[index] = of_it.get(index, NOTHING) | Frames.of((number, number))
    return by_digest
