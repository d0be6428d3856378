"""The chain of a credential in words: a tree on the page and in the terminal, whatever a stranger wrote into it."""

import io
import json
from dataclasses import replace

import jsonschema
import pytest

from detectors.credentials.chain import DEEPEST, chain_of
from detectors.observation import Json
from fixtures import reports
from fixtures.reports import Case, Scan
from scanner.report import chain, console, inspection, jsonfile, wording
from scanner.report.build import InspectionFacts
from scanner.report.build import inspection as inspected
from scanner.report.model import Inspection
from scanner.report.page import html

NASTY = "</li><script>document.title='owned'</script>\x1b[31m\u202e"
VALIDATOR = jsonschema.Draft202012Validator(jsonfile.schema())


def store(title: str, depth: int) -> dict[str, Json]:
    """A chain of so many files, the last made from one that was altered and one that isn't there."""
    manifests: dict[str, Json] = {
        f"m{number}": {
            "title": title,
            "claim_generator": "Example_Paint/2.0",
            "signature_info": {"issuer": "Example Studio", "common_name": title, "time": "2026-01-02T03:04:05Z"},
            "assertions": [{"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.edited"}]}}],
            "ingredients": [{"title": title, "relationship": "parentOf", "active_manifest": f"m{number + 1}"}],
        }
        for number in range(depth)
    }
    altered: Json = {
        "title": "altered.jpg",
        "format": "image/jpeg",
        "active_manifest": "m0",
        "validation_status": [{"code": "assertion.dataHash.mismatch"}],
    }
    absent: Json = {"title": "plate.jpg", "active_manifest": "gone", "relationship": "inputTo"}
    manifests[f"m{depth}"] = {"title": title, "ingredients": [altered, absent]}
    return {"active_manifest": "m0", "manifests": manifests}


def scan(title: str = "poster.jpg", depth: int = 1, ingredient: str | None = None) -> Scan:
    seen = reports.credential("trusted")
    seen = replace(seen, facts={**seen.facts, "chain": chain_of(store(title, depth))})
    pictured = (replace(reports.picture(1, None, 0), ingredient=ingredient),) if ingredient is not None else ()
    return reports.scan(Case(reports.still("a.png", seen), (), pictured))


def page(one: Scan) -> str:
    return html.render(one.report(), one.files()).decode()


def looked_into(one: Scan) -> Inspection:
    facts = InspectionFacts("1", "2026-04-02", tuple(one.run.inputs["trust"]), tuple(one.run.inputs["detectors"]))
    return inspected(one.results[0], facts)


def test_the_tree_is_drawn_in_ascii_with_what_became_of_each_link() -> None:
    (seen,) = scan().report()["assets"][0]["observations"]
    tree = chain.chain(seen)
    assert tree is not None
    assert list(chain.lines(tree)) == [
        "this file: poster.jpg",
        "|   signed in the name of Example Studio, poster.jpg, 2026-01-02T03:04:05Z",
        "|   written by Example Paint",
        "|   c2pa.edited",
        "+-- made from: poster.jpg",
        "    |   credential intact as recorded; its signer was not verified",
        "    +-- a part of it: altered.jpg (image/jpeg)",
        "    |       signed in the name of Example Studio, poster.jpg, 2026-01-02T03:04:05Z",
        "    |       written by Example Paint",
        "    |       c2pa.edited",
        "    |       altered since it was signed (assertion.dataHash.mismatch)",
        "    |       what it was made from is told elsewhere in this tree",
        "    +-- an input of the tool: plate.jpg",
        "            it names a credential that is not in the store",
    ]


def test_a_credential_without_a_chain_has_no_tree_and_no_other_observation_is_asked_for_one() -> None:
    (seen,) = reports.scan(Case(reports.still("a.png", reports.credential("trusted")))).report()["assets"][0][
        "observations"
    ]
    assert chain.chain(seen) is None


def test_the_chain_stands_in_the_report_and_on_the_page_and_not_among_the_plain_facts() -> None:
    report = scan().report()
    VALIDATOR.validate(json.loads(jsonfile.dumps(report)))
    (seen,) = report["assets"][0]["observations"]
    assert "chain" not in {label for label, _ in wording.facts(seen)}
    shown = page(scan())
    assert shown.count('<li class="harmed"><p><bdi>a part of it: altered.jpg (image/jpeg)</bdi></p>') == 1
    assert "altered since it was signed (assertion.dataHash.mismatch)" in shown


def test_the_schema_bounds_the_chain_of_a_credential() -> None:
    report = json.loads(jsonfile.dumps(scan().report()))
    root = report["assets"][0]["observations"][0]["facts"]["chain"]
    foreign: dict[str, Json] = {"title": "x" * 101, "state": "clean", "surprise": 1, "ingredients": [{}]}
    for change in ({key: value} for key, value in foreign.items()):
        kept = dict(root)
        root.update(change)
        assert not VALIDATOR.is_valid(report)
        root.clear()
        root.update(kept)
    assert VALIDATOR.is_valid(report)


@pytest.mark.parametrize("depth", [1, DEEPEST + 5])
def test_hostile_and_deep_chains_are_shown_as_text(depth: int) -> None:
    one = scan(NASTY, depth, ingredient=NASTY)
    VALIDATOR.validate(json.loads(jsonfile.dumps(one.report())))
    shown = page(one)
    assert "<script>document" not in shown
    told = io.StringIO()
    console.inspected(looked_into(one), stream=told)
    for text in (shown, told.getvalue()):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_pictures_of_ingredients_stand_beside_the_chain() -> None:
    shown = page(scan(ingredient="plate.jpg"))
    assert shown.count("Ingredient plate.jpg, as the credential pictures it") == 2  # the caption, and for ears
    assert "Ingredient without a title, as the credential" in page(scan(ingredient=""))


def test_what_was_seen_in_one_file_is_told_without_a_verdict() -> None:
    one = scan()
    seen = looked_into(one)
    (asset,) = one.report()["assets"]
    assert seen["file"] == {key: value for key, value in asset.items() if key in seen["file"]}
    assert asset.keys() - seen["file"].keys() == {"stage", "verdict", "findings", "pictures"}
    text = [line for line, _ in inspection.lines(seen)]
    assert "    this file: poster.jpg" in text
    assert inspection.NOTHING in text
    assert any("c2pa-trust-list, issued 2026-03-01" in line for line in text)


def test_where_a_mark_was_seen_nobody_says_that_there_is_none() -> None:
    seen = looked_into(reports.scan(Case(reports.still("a.png", reports.marker(generator="Example Paint")))))
    text = [line for line, _ in inspection.lines(seen)]
    assert inspection.NOTHING not in text
    assert "  made by a generative model: Example Paint (strong)" in text
    assert "No Content Credential was read" in text
    assert any(line.strip().startswith("at XMP-iptcExt:DigitalSourceType = ") for line in text)
