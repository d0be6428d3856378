"""Removing a line of paper, or making it vaguer, never makes a verdict milder: random books with every field.

What clears is taken away line by line: approvals, consents, licences, waivers, exemptions, evidence, answers, terms of
tools, words to viewers. Lines that speak against the material are believed while they stand, so taking those away may
be milder: what is involved, what was put in, that it was generated, that a tool trains, a withdrawal, a limit of time,
place or use. Which lines clear is stated in `LINES`.
"""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from detectors.observation import Claim
from fixtures.paper import (
    ALL_YES,
    DELIVERY,
    PRODUCTION,
    TOOLS,
    Entry,
    Value,
    approval,
    book,
    consent,
    declaration,
    evidence,
    licence,
    waiver,
)
from scanner.clearance.policy.policy import built_in, load
from scanner.seen import SeenAsset
from scanner.terms.words import Extent, Input, Involves, Modality, ProductionKind, Use
from tests.scanner.clearance.drops import STAGES, judged, mark, match, movie
from tests.scanner.clearance.rules.test_books import seeded
from tests.scanner.clearance.rules.test_properties import FAULTS

PATH = "VFX/a.mov"
POLICIES = {name: load(name) for name in built_in()}
PERFORMERS = ("A. Actor", "B. Actor")
STREAMER: Entry = {"by": {"name": "N. Exec", "org": "Example Streamer"}}
Removal = Callable[[Entry], None]
Lost = dict[str, list[str]]


def _some(chance: random.Random, words: Value, most: int = 2) -> list[str]:
    return chance.sample(sorted(map(str, words)), chance.randint(0, most))


def _maybe(chance: random.Random, value: Value, share: float = 0.5) -> Value:
    return value if chance.random() < share else None


def _record(make: Callable[..., Entry], key: str, chance: random.Random, *faults: Entry) -> Entry:
    """A consent or licence, sometimes at fault, sometimes without an evidence line."""
    entry = make(key, **(chance.choice(faults) if chance.random() < 0.25 else {}))
    return entry if chance.random() < 0.8 else {name: value for name, value in entry.items() if name != "evidence"}


def _consent(key: str, chance: random.Random) -> Entry:
    scope: Entry = {"production": PRODUCTION["id"], "description": "d"}
    faults: tuple[Entry, ...] = (
        {"expires": "2026-03-01"},
        {"expires": "2026-05-01"},
        {"granted": "2026-02-20"},
        {"granted": "2026-04-10"},
        {"withdrawn": "2026-03-20"},
        {"minor": "yes", "guardian": "P. Actor"},
        {"scope": scope | {"production": "OTHER-1"}},
        {"scope": scope | {"uses": ["final_vfx", "voice"]}},
        {"scope": scope | {"territories": ["FR"]}},
        {"scope": scope | {"media": ["svod"]}},
        {"scope": scope | {"shots": ["TLW_*"]}},
    )
    kinds = ("digital_replica", "digital_replica", "digital_replica", "digital_alteration", "voice", "estate")
    return _record(consent, key, chance, *faults) | {
        "performer": chance.choice(PERFORMERS),
        "kind": chance.choice(kinds),
    }


def _licence(key: str, chance: random.Random) -> Entry:
    faults: tuple[Entry, ...] = (
        {"ends": "2026-03-01"},
        {"ends": "2026-05-01"},
        {"starts": "2026-04-01"},
        {"revoked": "2026-03-01"},
        {"scope": {"territories": ["FR"]}},
        {"scope": {"media": ["svod"], "ai_modification_allowed": "no"}},
    )
    return _record(licence, key, chance, *faults)


def _tool(chance: random.Random) -> Entry:
    answers = ("no", "no", "no", "no", "yes", "unknown")
    facts = {key: chance.choice(answers) for key in ("stores_inputs", "trains_on_inputs")}
    facts["enterprise_agreement"] = chance.choice(("yes", "no", "no", "unknown"))
    terms: Entry = _maybe(chance, {"ref": "T&C", "file": "evidence/terms.txt"}) or {"ref": "T&C"}
    tool: Entry = TOOLS["video-tool"] | facts | {"content_credentials": "no", "terms": terms}
    return tool


def _talent(chance: random.Random, consents: list[Entry]) -> list[Entry]:
    lines: list[Entry] = []
    on_record = sorted({each["performer"] for each in consents})
    for performer in on_record if chance.random() < 0.8 else chance.sample(PERFORMERS, chance.randint(0, 2)):
        theirs = [each["id"] for each in consents if each["performer"] == performer]
        line: Entry = {"performer": performer}
        if theirs and chance.random() < 0.9:
            line["consent"] = chance.choice(theirs)
        if chance.random() < (0.2 if "consent" in line else 0.6):
            line["exemption"] = chance.choice(("customary_alteration", "unrecognisable", "human_safety"))
        lines.append(line)
    return lines


def _use(
    number: int, chance: random.Random, approvals: list[Entry], consents: list[Entry], rights: list[Entry]
) -> Entry:
    told = {
        "how": "caption",
        "timecode": _maybe(chance, "01:00:01:00", 0.7),
        "card": _maybe(chance, "end card"),
        "evidence": _maybe(chance, evidence("card")),
    }
    values: Entry = {
        "assets": [{"path": PATH, **({"frames": "0-119"} if chance.random() < 0.3 else {})}],
        "use": str(chance.choice((Use.FINAL_VFX, Use.FINAL_VFX, Use.VOICE, Use.MUSIC, *Use))),
        "extent": _maybe(chance, str(chance.choice(list(Extent)))),
        "modality": _some(chance, Modality),
        "involves": _some(chance, ("talent_likeness", "third_party_ip", *Involves), 1),
        "inputs": _some(chance, Input, 1),
        "principles": {key: chance.choice(("yes",) * 12 + ("no", "unsure")) for key in ALL_YES},
        "human_input": _maybe(chance, chance.choice(("melody by the composer", "none"))),
        "talent": _talent(chance, consents),
        "licences": [each["id"] for each in rights if chance.random() < 0.8],
        "audience_disclosure": _maybe(chance, {key: value for key, value in told.items() if value}, 0.8),
        "generated": _maybe(chance, "2026-02-10", 0.3),
        "approvals": [each["id"] for each in approvals if chance.random() < 0.9],
    }
    return declaration(f"DEC-{number}", **values)


def paper(chance: random.Random) -> tuple[Entry, Lost]:
    """A book with every field of consents, licences, approvals, tools and uses, and the evidence that is lost."""
    faults = [chance.choice(FAULTS) if chance.random() < 0.4 else {} for _ in range(chance.choice((0, 1, 1, 2, 2)))]
    approvals = [approval(f"APP-{index}", **fault) for index, fault in enumerate(faults)]
    consents = [_consent(f"CON-{index}", chance) for index in range(chance.randint(1, 4))]
    rights = [_licence(f"LIC-{index}", chance) for index in range(chance.choice((0, 1, 1, 2)))]
    delivery: Entry = {
        "media": chance.choice(([], ["svod"], ["svod", "theatrical"])),
        "territories": chance.choice(([], ["FR"], ["worldwide"])),
        **({"runs_until": "2026-12-31"} if chance.random() < 0.3 else {}),
    }
    data = book(
        production=PRODUCTION | {"kind": str(chance.choice((*[ProductionKind.FICTION] * 4, *ProductionKind)))},
        deliveries=[DELIVERY | delivery],
        tools=TOOLS | {"video-tool": _tool(chance)},
        declarations=[
            _use(number, chance, approvals, consents, rights) for number in range(chance.choice((1, 1, 1, 2)))
        ],
        approvals=approvals,
        consents=consents,
        licences=rights,
        waivers=[],
    )
    keys = [each["id"] for each in (*approvals, *consents, *rights)] + ["video-tool", "DEC-0", "DEC-1"]
    return data, {"missing": [key for key in keys if chance.random() < 0.15]}


def tidy(chance: random.Random) -> tuple[Entry, Lost]:
    """A book in order, in which each line does something, but for one fault in half of them; lost letters are too."""
    data, _ = paper(chance)
    people = [{"performer": name, "consent": f"CON-{place}"} for place, name in enumerate(PERFORMERS)]
    place: Entry = chance.choice(({"timecode": "01:00:01:00"}, {"card": "end card", "evidence": evidence("card")}))
    answers: Entry = {"enterprise_agreement": "no", "stores_inputs": "no", "trains_on_inputs": "no"}
    secure: Entry = chance.choice((answers, answers, answers | {"enterprise_agreement": "yes"}))
    use = data["declarations"][0] | {
        "assets": [{"path": PATH}],
        "principles": ALL_YES,
        "human_input": "melody by the composer",
        "talent": people[: chance.randint(1, 2)],
        "licences": ["LIC-0"],
        "audience_disclosure": {"how": "caption", **place},
        "generated": None,
        "approvals": ["APP-0"],
    }
    data |= {
        "tools": TOOLS | {"video-tool": TOOLS["video-tool"] | secure | {"terms": {"file": "evidence/terms.txt"}}},
        "declarations": [{key: value for key, value in use.items() if value is not None}],
        "approvals": [approval("APP-0")],
        "consents": [
            *(consent(f"CON-{place}", performer=name) for place, name in enumerate(PERFORMERS)),
            consent("CON-8", performer=PERFORMERS[0], kind="estate"),
        ],
        "licences": [licence("LIC-0")],
    }
    fault = chance.randrange(8)
    if fault == 0:
        data["consents"][0] |= {"expires": "2026-03-01"}
    elif fault == 1:
        data["approvals"][0] |= chance.choice(FAULTS)
    elif fault in {2, 3}:
        return data, {"missing": [chance.choice(["video-tool", "DEC-0", "APP-0", "CON-0", "LIC-0"])]}
    return data, {"missing": []}


def lines(data: Entry) -> Iterator[tuple[str, Removal]]:
    """Every line of a book that clears something, with what takes it away."""
    yield from _records(data)
    for number, each in enumerate(data["declarations"]):
        yield from _declared(number, each)
    for key, clears in (("enterprise_agreement", "yes"), ("stores_inputs", "no"), ("trains_on_inputs", "no")):
        if data["tools"]["video-tool"][key] == clears:
            yield f"{key} of the tool", _cut("tools", "video-tool", key)
    yield "terms of the tool", _cut("tools", "video-tool", "terms")
    yield "who may approve", _cut("production", "approver_orgs")
    yield "whose works are own", _cut("production", "rights_holders")


def _records(data: Entry) -> Iterator[tuple[str, Removal]]:
    for section, cites in (("approvals", "approvals"), ("consents", ""), ("licences", "licences"), ("waivers", "")):
        for each in data[section]:
            key = each["id"]
            yield f"{section} {key}", _entry_gone(section, key, cites)
            for field in ("evidence", "guardian") if section in {"consents", "licences"} else ():
                yield f"{field} of {key}", _gone(section, key, field)


def _declared(number: int, declared: Entry) -> Iterator[tuple[str, Removal]]:
    way, key = ("declarations", number), declared["id"]
    fields: list[tuple[str | int, ...]] = [
        *((name,) for name in ("talent", "approvals", "licences", "audience_disclosure", "human_input", "modality")),
        *([("extent",)] if declared.get("extent") not in {None, "generated"} else []),
        *([("inputs",)] if set(declared["inputs"]) <= {"public", "none"} else []),
        *(("principles", name) for name, answer in declared["principles"].items() if answer == "yes"),
        *(("audience_disclosure", name) for name in ("timecode", "card", "evidence")),
        *(("talent", place, name) for place in range(len(declared["talent"])) for name in ("consent", "exemption")),
    ]
    for field in fields:
        yield f"{field[-1]} of {key}", _cut(*way, *field)


def _cut(*way: str | int) -> Removal:
    """Takes away what lies at the end of a way of keys, where it is there."""

    def cut(data: Entry) -> None:
        inside: Value = data
        for part in way[:-1]:
            inside = inside.get(part) if isinstance(inside, dict) else inside[part]
            if not inside:
                return
        inside.pop(way[-1], None)

    return cut


def _gone(section: str, key: str, field: str) -> Removal:
    def cut(data: Entry) -> None:
        next(each for each in data[section] if each["id"] == key).pop(field, None)

    return cut


def _entry_gone(section: str, key: str, cites: str) -> Removal:
    """Takes an entry away, and its id wherever it is cited."""

    def cut(data: Entry) -> None:
        data[section] = [each for each in data[section] if each["id"] != key]
        for each in data["declarations"]:
            if cites and each.get(cites):
                each[cites] = [cited for cited in each[cites] if cited != key]
            for talent in each.get("talent", []):
                if talent.get("consent") == key:
                    talent.pop("consent")

    return cut


def seen(chance: random.Random) -> SeenAsset:
    """What is seen: mostly nothing, or one mark; sometimes anything."""
    plain = (movie(PATH), movie(PATH, mark(claim=Claim.EDITED)), movie(PATH, mark((0, 59))), movie(PATH, match()))
    return plain[min(chance.randrange(12), 3)] if chance.random() < 0.2 else chance.choice(plain[:2])


def _waived(chance: random.Random, asset: SeenAsset, data: Entry, bad: Lost, stage: str, policy: str) -> None:
    """Let one of the findings stand, by somebody who may."""
    findings = judged([asset], data, stage, by=POLICIES[policy], **bad).assets[0].findings
    if findings and chance.random() < 0.3:
        data["waivers"] = [waiver(chance.choice(findings).id, **STREAMER)]


def sweep(seed: int, books: int) -> tuple[int, int]:
    """Judge books with and without some of their lines.

    Returns:
        How many comparisons there were of what could become milder, and how many lines changed a verdict.
    """
    chance, count, changed = seeded("vaguer", seed), 0, 0
    for number in range(books):
        make = tidy if chance.random() < 0.7 else paper
        asset, (data, bad), stage = seen(chance), make(chance), chance.choice((*STAGES, "final", "final"))
        policy = chance.choice((*["netflix-genai"] * 4, *sorted(POLICIES)))
        _waived(chance, asset, data, bad, stage, policy)
        days = {"as_of": chance.choice((date(2026, 4, 2), date(2026, 3, 1)))}
        before = judged([asset], data, stage, by=POLICIES[policy], **bad, **days).assets[0].verdict
        removable = list(lines(data))
        for name, cut in chance.sample(removable, min(5, len(removable))):
            vaguer = copy.deepcopy(data)
            cut(vaguer)
            after = judged([asset], vaguer, stage, by=POLICIES[policy], **bad, **days).assets[0].verdict
            assert after.rank >= before.rank, (number, name, policy, stage, before, after)
            count += before.rank > 0
            changed += after is not before
        lost = {"missing": [*bad["missing"], chance.choice(["video-tool", "DEC-0", "APP-0", "CON-0", "LIC-0"])]}
        without = judged([asset], data, stage, by=POLICIES[policy], **lost, **days).assets[0].verdict
        assert without.rank >= before.rank, (number, lost, policy, stage, before, without)
    return count, changed


@pytest.mark.parametrize("seed", range(2))
def test_a_line_that_is_taken_away_never_makes_a_verdict_milder(seed: int) -> None:
    count, changed = sweep(seed, 200)
    assert count > 300
    assert changed > 80, "the books have to be so that lines matter"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_a_line_that_is_taken_away_never_makes_a_verdict_milder_in_twenty_thousand_books(seed: int) -> None:
    assert sweep(seed, 1000) > (1500, 400)


def test_every_kind_of_line_that_clears_is_taken_away_somewhere() -> None:
    chance = seeded("kinds", 0)
    kinds = {name.split(" ")[0] for _ in range(200) for name, _ in lines(paper(chance)[0])}
    expected = "approvals consents licences evidence guardian talent audience_disclosure human_input modality extent"
    assert kinds >= set(expected.split()) | {"inputs", "p1", "timecode", "card", "consent", "exemption", "terms", "who"}
