"""Random books with every field that selects: paper that is made vaguer, or loses a line, is never milder.

Some hundred books run always; `make test-long` runs more than twenty thousand. A failure names its seed.
"""

import random
from collections.abc import Callable

import pytest

from fixtures.paper import DELIVERY, Entry, Value, approval, book, consent, declaration, licence, negative
from fixtures.timelines import Take, edl, length
from scanner.clearance.rules.judge import Finding, Judgement
from scanner.drop.assets import Asset, Member
from scanner.seen import SeenAsset
from tests.scanner.clearance.drops import hint, judged, mark, match, movie, reasons, renamed, sequence, still
from tests.scanner.clearance.rules.test_properties import shuffle
from tests.scanner.clearance.timelines.test_formats import timeline

MASTER = "masters/SNW_106.mov"
CUT = [Take(f"SNW_00{number}0_comp_v001", 24, over=6 * (number % 2)) for number in range(1, 7)]
REEL = timeline(edl(CUT), "conform/r3.edl")
CONFORM = {"file": "conform/r3.edl", "asset": MASTER, "reel": "R3"}
CLIP, COPY, STILL, PLATE = "VFX/SNW_0010_comp.mov", "VFX/copy.mov", "stills/key.png", "VFX/plate.%04d.exr"
SPANS = (None, (0, 239), (20, 60), (90, 110))
LATE = ["pre-production", "temp", "final"]
OUTSIDE: Entry = {"frames": "90000-90010", "tc": "22:00:00:00-22:00:01:00"}

LINES: tuple[Entry, ...] = (
    {"path": CLIP},
    {"path": CLIP, "frames": "0-99"},
    {"path": CLIP, "frames": "1001-1100", "first_frame": "1001"},
    {"path": CLIP, "tc": "01:00:01:00-01:00:03:00"},
    {"path": COPY},
    {"path": "VFX/SNW_0010*"},
    {"shot": "SNW_0010"},
    {"shot": "SNW_0020", "path": MASTER},
    {"shot": "key"},
    {"sequence": "VFX/plate.####.exr", "frames": "1001-1002"},
    {"path": "VFX/plate.1003.exr"},
    {"path": STILL},
    {"path": STILL, "sha256": still(STILL).sha256},
    {"sha256": movie(CLIP).sha256},
    {"sha256": "aa" * 32},
    {"reel": "R3"},
    {"reel": "A001", "path": MASTER},
    {"path": MASTER, "frames": "30-80"},
    {"path": "stills/*"},
)
WHOLE: tuple[Entry, ...] = (
    {"shots": ["SNW_0030"]},
    {"shots": ["SNW_0040", "SNW_0050"]},
    {"timeline": {"reel": "R3", "record": "01:00:01:00-01:00:02:00"}},
    {"timeline": {"reel": "R3"}},
    {"frames": "0-49"},
    {"exclude": [{"path": STILL}]},
    {"exclude": [{"shot": "SNW_0020"}]},
    {"covers_derivatives": "yes"},
    {"deliveries": ["DEL-1"]},
)
USES: tuple[Entry, ...] = (
    {"use": "final_vfx"},
    {"use": "key_creative"},
    {"use": "temp"},
    {"use": "background_incidental"},
    {"involves": ["talent_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]},
    {"involves": ["talent_likeness"]},
    {"involves": ["third_party_ip"], "licences": ["LIC-1"]},
    {"use": "music", "inputs": ["personal"], "tools": ["still-tool"]},
)
SCOPES: tuple[Entry, ...] = (
    {},
    {"frames": "0-99"},
    {"shots": ["SNW_0010"]},
    {"shots": ["SNW_00*"]},
    {"assets": [{"path": CLIP}]},
    {"assets": [{"path": "VFX/plate.1003.exr"}, {"path": STILL}]},
    {"tools": ["still-tool"]},
)


def drop(chance: random.Random) -> list[SeenAsset]:
    """A clip, the same bytes again, a sequence, a still and a master with a timeline, some of them marked."""

    def seen() -> list[Value]:
        makers = (
            lambda: mark(chance.choice(SPANS)),
            lambda: hint(chance.choice(SPANS)),
            lambda: match(span=chance.choice(SPANS)),
        )
        return [chance.choice(makers)() for _ in range(chance.choice((0, 0, 1, 2)))]

    members = tuple(Member(PLATE % number, 1, 0, 0, 0, number) for number in range(1001, 1005))
    plates = Asset(PLATE, members, is_sequence=True)
    digests = tuple(f"{number:x}" * 64 for number in (10, 11, 12, 13))
    clip = movie(CLIP, *seen())
    return [
        clip,
        renamed(clip, COPY),
        sequence(PLATE, asset=plates, frame_digests=digests),
        still(STILL, *seen()),
        movie(MASTER, *seen(), frames=length(CUT)),
        still("documents/notes.png"),
        still("documents/list.png"),
    ]


def declared(chance: random.Random, key: str, approvals: list[str]) -> Entry:
    lines = [{**chance.choice(LINES)} for _ in range(chance.choice((0, 1, 1, 2)))]
    more = {**chance.choice(WHOLE)} if not lines or chance.random() < 0.3 else {}
    if not lines and not more.keys() & {"shots", "timeline"}:
        lines = [{**chance.choice(LINES)}]
    cited = chance.sample(approvals, chance.randint(0, len(approvals)))
    return declaration(key, assets=lines, **{**chance.choice(USES), **more}, approvals=cited)


def paper(chance: random.Random) -> Entry:
    scopes = [{"stages": LATE, **chance.choice(SCOPES)} for _ in range(chance.randint(0, 2))]
    approvals = [approval(f"APP-{number}", scope=scope) for number, scope in enumerate(scopes)]
    keys = [each["id"] for each in approvals]
    declarations = [declared(chance, f"DEC-{number}", keys) for number in range(chance.randint(1, 3))]
    if chance.random() < 0.3:
        declarations.append(negative("DEC-N", chance.choice((CLIP, STILL, MASTER, "VFX/**"))))
    return book(
        deliveries=[DELIVERY | {"conform": CONFORM}],
        declarations=declarations,
        approvals=approvals,
        consents=[consent()],
        licences=[licence()],
    )


def judgement(assets: list[SeenAsset], data: Entry, stage: str = "final") -> Judgement:
    return judged(assets, data, stage, timelines=(REEL,))


def changed(data: Entry, key: str, entry: Entry) -> Entry:
    return data | {"declarations": [entry if each["id"] == key else each for each in data["declarations"]]}


def used(chance: random.Random, data: Entry) -> Entry:
    """One of the book's declarations of AI."""
    return chance.choice([each for each in data["declarations"] if each["ai_used"] == "yes"])


def lost(chance: random.Random, entry: Entry) -> Entry | None:
    """The declaration with one of its fields that select written wrongly, so that it selects less, or nothing."""
    ways: list[Callable[[], Entry]] = []
    for place, line in enumerate(entry["assets"]):
        wrong: list[Entry] = [
            line | {name: f"no_such_{value}"} for name, value in line.items() if name in {"path", "sequence", "shot"}
        ]
        wrong += [line | {"sha256": "0" * 64}, line | {"reel": "R99"}, line | {"part": "page:9"}, {"asset_id": "x"}]
        if "tc" not in line:
            wrong.append({**line, "frames": OUTSIDE["frames"]})
        if "frames" not in line:
            wrong.append({**line, "tc": OUTSIDE["tc"]})
        for each in wrong:
            rows = [each if number == place else row for number, row in enumerate(entry["assets"])]
            ways.append(lambda rows=rows: entry | {"assets": rows})  # type: ignore[misc] # bound early
    ways.append(lambda: entry | {"frames": OUTSIDE["frames"]})
    ways.append(lambda: entry | {"exclude": [{"path": "**"}]})
    ways.append(lambda: entry | {"exclude": [{"asset_id": "x"}]})
    if entry.get("shots"):
        ways.append(lambda: entry | {"shots": [f"{code}9" for code in entry["shots"]]})
    if entry.get("timeline"):
        ways.append(lambda: entry | {"timeline": {"reel": "R99"}})
    return chance.choice(ways)()


def swept(chance: random.Random, entry: Entry) -> Entry:
    """The declaration by blankets instead of what it names."""
    blankets: tuple[Entry, ...] = (
        {"assets": [{"path": "**"}]},
        {"assets": [{"path": "**/*.mov"}, {"path": "**/*.png"}, {"path": "**/*.exr"}]},
        {"assets": [{"path": "[VmMs]*/*"}, {"path": "d*/*"}]},
        {"assets": [{"path": f"{folder}/*"} for folder in ("VFX", "stills", "masters", "documents")]},
        {"assets": [], "shots": ["*"]},
    )
    kept = {name: value for name, value in entry.items() if name not in {"shots", "timeline", "frames", "exclude"}}
    return kept | chance.choice(blankets)


def gravest(found: Judgement, stage: str) -> int:
    """How grave a judgement is, but for what early stages weigh more than a line that can't be found.

    That is what one line says against another, and that AI meets a reference in the very frames that it names.
    """
    between = {"declaration.conflict", "ip.ai_resembles_reference"} if stage != "final" else set()
    return max(each.verdict.rank for each in _all(found) if each.reason not in between)


def a_field_that_selects_nothing_is_never_milder(chance: random.Random) -> None:
    assets, data, stage = drop(chance), paper(chance), chance.choice(LATE)
    entry = used(chance, data)
    worse = lost(chance, entry)
    before, after = judgement(assets, data, stage), judgement(assets, changed(data, entry["id"], worse or entry), stage)
    assert after.verdict.rank >= gravest(before, stage), (entry, worse)


def a_blanket_is_never_milder(chance: random.Random) -> None:
    assets, data, stage = drop(chance), paper(chance), chance.choice(("temp", "final"))
    entry = used(chance, data)
    broad = swept(chance, entry)
    before, after = judgement(assets, data, stage), judgement(assets, changed(data, entry["id"], broad), stage)
    assert after.verdict.rank >= gravest(before, stage), (entry, broad)


def ai_that_nobody_approved_fails_a_final_delivery(chance: random.Random) -> None:
    assets, data = drop(chance), paper(chance)
    entry = used(chance, data)
    entry = entry | {"approvals": [], "use": "final_vfx"}
    if chance.random() < 0.7:
        entry = lost(chance, entry) or entry
    found = judgement(assets, changed(data, entry["id"], entry))
    rows = [each for asset in found.assets for each in asset.findings] + list(found.findings)
    missing = [each for each in rows if each.reason == "approval.missing" and each.declaration == entry["id"]]
    assert missing, entry
    assert found.verdict == "fail"


def every_line_covers_binds_or_is_told(chance: random.Random) -> None:
    assets, data = drop(chance), paper(chance)
    entry = used(chance, data)
    entry = lost(chance, entry) or entry if chance.random() < 0.5 else entry
    alone = book(
        deliveries=[DELIVERY | {"conform": CONFORM}],
        declarations=[entry | {"approvals": [], "talent": [], "licences": []}],
        consents=[consent()],
    )
    found = judgement(assets, alone)
    rows = [each for asset in found.assets for each in asset.findings] + list(found.findings)
    assert any(each.declaration == entry["id"] for each in rows), entry
    covered = found.declarations[0].used_by
    assert covered or any(
        each.reason in {"declaration.matches_nothing", "declaration.too_broad", "declaration.checksum_mismatch"}
        for each in rows
    ), entry


def paper_that_clears_is_never_missed(chance: random.Random) -> None:
    """Without an approval, a consent, a licence or a statement that no AI was used nothing is milder."""
    assets, data, stage = drop(chance), paper(chance), chance.choice(LATE)
    section = chance.choice(("approvals", "consents", "licences", "negative"))
    if section == "negative":
        less = data | {"declarations": [each for each in data["declarations"] if each["ai_used"] == "yes"]}
        if any(reason.startswith("declaration.") for reason in _told(judgement(assets, data, stage))):
            return  # it said something against another line, which is gone with it
    elif data[section]:
        gone = chance.choice(data[section])["id"]
        less = data | {section: [each for each in data[section] if each["id"] != gone]}
        less = less | {"declarations": [_without(each, gone) for each in data["declarations"]]}
    else:
        return
    assert judgement(assets, less, stage).verdict.rank >= judgement(assets, data, stage).verdict.rank, data


def _told(found: Judgement) -> list[str]:
    return [*reasons(found), *(reason for asset in found.assets for reason in reasons(asset))]


def _without(entry: Entry, key: str) -> Entry:
    kept = {name: [each for each in entry[name] if each != key] for name in ("approvals", "licences") if name in entry}
    talent = [{name: value for name, value in each.items() if value != key} for each in entry.get("talent", [])]
    return entry | kept | ({"talent": talent} if talent else {})


def order_never_matters(chance: random.Random) -> None:
    assets, data, stage = drop(chance), paper(chance), chance.choice(LATE)
    mixed = shuffle(data, chance)
    if chance.random() < 0.5:
        entry = used(chance, data)
        data = changed(data, entry["id"], lost(chance, entry) or entry)
        mixed = shuffle(data, chance)
    straight, other = judgement(assets, data, stage), judgement(assets, mixed, stage)
    assert straight == other, data


def _all(found: Judgement) -> list[Finding]:
    return [each for asset in found.assets for each in asset.findings] + list(found.findings)


BOOKS = 4000
"""For each of the six properties."""
PROPERTIES = (
    a_field_that_selects_nothing_is_never_milder,
    a_blanket_is_never_milder,
    ai_that_nobody_approved_fails_a_final_delivery,
    every_line_covers_binds_or_is_told,
    paper_that_clears_is_never_missed,
    order_never_matters,
)


def sweep(holds: Callable[[random.Random], None], seeds: range) -> None:
    for seed in seeds:
        try:
            holds(random.Random(f"{holds.__name__} {seed}"))  # noqa: S311 - it makes up paper, not keys
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.parametrize("holds", PROPERTIES)
def test_it_holds_for_some_hundred_books(holds: Callable[[random.Random], None]) -> None:
    sweep(holds, range(BOOKS // 40))


@pytest.mark.long
@pytest.mark.parametrize("begin", range(0, BOOKS, BOOKS // 8))
@pytest.mark.parametrize("holds", PROPERTIES)
def test_it_holds_for_twenty_thousand_books(holds: Callable[[random.Random], None], begin: int) -> None:
    sweep(holds, range(begin, begin + BOOKS // 8))
