"""Holding declarations against a drop that nobody has scanned yet: which lines find their files and frames.

Files are walked, and containers asked how many frames they have; nothing is decoded, and nothing is looked for in a
file. The judgement is the scan's own, on a drop in which nothing was seen, so it says what the scan will say of the
paper alone. What only a scan finds, members of archives and parts of files, is left out, and named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from detectors.material import Piece
from scanner.clearance.paper.model import Declaration, Paper, Selector
from scanner.clearance.rules.judge import judge
from scanner.drop.assets import Asset, Drop
from scanner.drop.identity import asset_digest, hash_file
from scanner.drop.names import presentable
from scanner.examination import Extraction
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe
from scanner.media.facts.recognise import recognise
from scanner.run.nothing import surveyed
from scanner.run.order import Order
from scanner.seen import SeenAsset
from scanner.terms.findings import Finding
from scanner.terms.verdicts import Stage, Verdict, worst

_IN_ARCHIVE = "!/"


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """What the paper lacks for a drop: by the path of an asset, empty for none. `untold`: lines that need a scan."""

    verdict: Verdict
    faults: tuple[tuple[str, Finding], ...]
    untold: tuple[str, ...]


def check(order: Order) -> PaperCheck:
    """Hold the paper of an order against its drop.

    Raises:
        UsageError: the drop can't be walked, or there is nothing in it.
        MissingToolError: this machine lacks the program that reads containers.
    """
    drop = surveyed(order)
    context, paper = order.grounds.context, order.grounds.paper
    if paper is None:
        return PaperCheck(Verdict.PASS, (), ())
    held, untold = _without_insides(paper)
    subjects = [_subject(drop, asset, context.stage, hashed=_pins(paper)) for asset in drop.assets]
    judgement = judge(subjects, held, order.grounds.policy, context)
    found = [
        (subject.path, finding)
        for subject, judged in zip(subjects, judgement.assets, strict=True)
        for finding in judged.findings
    ]
    found += [("", finding) for finding in judgement.findings]
    faults = tuple(each for each in found if each[1].declaration and each[1].verdict.rank >= Verdict.REVIEW.rank)
    return PaperCheck(worst(*(finding.verdict for _, finding in faults)), faults, untold)


def _subject(drop: Drop, asset: Asset, stage: Stage, *, hashed: bool) -> SeenAsset:
    """An asset as its name and its container show it."""
    extraction = Extraction("sequence") if asset.is_sequence else _file(drop, asset)
    seen = SeenAsset(asset, extraction.kind, stage, None, extraction)
    if not hashed:
        return seen
    try:
        digests = {each.relative: hash_file(each.path(drop.root))["sha256"] for each in asset.members}
    except OSError:  # the scan tells why
        return seen
    of_frames = tuple(digests[member.relative] for member in asset.members) if asset.is_sequence else ()
    return replace(seen, sha256=asset_digest(asset, digests), frame_digests=of_frames)


def _file(drop: Drop, asset: Asset) -> Extraction:
    member = asset.members[0]
    path = member.path(drop.root)
    try:
        form = recognise(Piece(path, presentable(member.name)))
    except MediaError:
        return Extraction("other")
    if form.kind not in {"video", "audio"}:
        return Extraction(form.kind)
    try:
        probed = probe(path)
    except MediaError:
        return Extraction(form.kind)
    return Extraction("audio" if probed.video is None else form.kind, probed.facts(form.name))


def _selectors(paper: Paper) -> Iterator[Selector]:
    for declaration in paper.declarations:
        yield from (*declaration.assets, *declaration.exclude)
    for approval in paper.approvals:
        yield from approval.scope.assets
    for licence in paper.licences:
        yield from licence.scope.assets


def _pins(paper: Paper) -> bool:
    """Whether any line names bytes, so that all files have to be read."""
    return any(selector.sha256 for selector in _selectors(paper))


def _without_insides(paper: Paper) -> tuple[Paper, tuple[str, ...]]:
    """The paper without the lines that are about what lies in a file, and the declarations that have some."""
    kept: list[Declaration] = []
    untold: list[str] = []
    for declaration in paper.declarations:
        assets = [each for each in declaration.assets if not _is_inside(each)]
        if len(assets) < len(declaration.assets):
            untold.append(declaration.id)
        if len(assets) == len(declaration.assets) or _is_left(assets, declaration):
            kept.append(declaration.model_copy(update={"assets": tuple(assets)}))
    return replace(paper, declarations=tuple(kept)), tuple(untold)


def _is_left(assets: Sequence[Selector], declaration: Declaration) -> bool:
    return bool(assets or declaration.shots or declaration.timeline)


def _is_inside(selector: Selector) -> bool:
    return selector.part is not None or _IN_ARCHIVE in (selector.path or "")
