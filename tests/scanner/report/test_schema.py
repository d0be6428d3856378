"""Every report validates against the JSON Schema that the package carries, and the schema says what the model says."""

import json
from typing import Any, get_type_hints

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from fixtures.report_delivery import delivery
from fixtures.reports import Scan
from scanner.report import model
from scanner.report.jsonfile import dumps, schema
from scanner.report.page import html
from tests.scanner.report.scans import scans

VALIDATOR = jsonschema.Draft202012Validator(schema())
SHAPES: dict[str, Any] = {
    "span": model.SpanRow,
    "problem": model.ProblemRow,
    "file_input": model.FileInput,
    "decision": model.DecisionRow,
    "finding": model.FindingRow,
    "observation": model.ObservationRow,
    "picture": model.PictureRow,
    "part": model.PartRow,
    "media": model.MediaRow,
    "looked": model.LookedRow,
    "heard": model.HeardRow,
    "fingerprints": model.FingerprintsRow,
    "asset": model.AssetRow,
    "declaration_usage": model.DeclarationUsage,
    "paper_usage": model.PaperUsage,
    "inputs": model.Inputs,
    "run": model.RunRow,
}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", SHAPES)
def test_the_schema_lists_the_keys_of_the_model_in_its_order(name: str) -> None:
    keys = model.ASSET_KEYS if name == "asset" else get_type_hints(SHAPES[name])
    assert list(schema()["$defs"][name]["properties"]) == list(keys)


def test_an_asset_has_the_keys_of_what_was_seen_and_of_its_judgement() -> None:
    assert set(model.ASSET_KEYS) == set(get_type_hints(model.AssetRow))


def test_the_schema_lists_the_keys_of_a_whole_report_in_its_order() -> None:
    assert list(schema()["properties"]) == list(get_type_hints(model.Report))
    for part, shape in (("drop", model.DropRow), ("counts", model.Counts)):
        assert list(schema()["properties"][part]["properties"]) == list(get_type_hints(shape))


def test_every_object_of_the_schema_is_closed_but_for_facts() -> None:
    open_ones = [path for path, part in _objects(schema(), "") if part.get("additionalProperties") is not False]
    assert open_ones == ["/$defs/observation/properties/facts"]


def test_a_rich_delivery_validates() -> None:
    VALIDATOR.validate(json.loads(dumps(delivery().report())))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("outcome",), "clean"),
        (("surprise",), 1),
        (("assets", 0, "verdict"), "human"),
        (("assets", 0, "pictures"), [{"file": "../../etc/passwd"}]),
        (("run", "as_of"), "tomorrow"),
        (("drop", "digest"), "e5"),
    ],
)
def test_what_is_not_a_report_does_not_validate(place: tuple[str | int, ...], value: object) -> None:
    document = json.loads(dumps(delivery().report()))
    part = document
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    assert not VALIDATOR.is_valid(document)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scans())
def test_any_scan_gives_a_report_that_validates_reads_back_equal_and_renders(scan: Scan) -> None:
    report = scan.report()
    written = dumps(report)
    assert json.loads(written) == report
    VALIDATOR.validate(report)
    assert dumps(scan.report()) == written
    page = html.render(report, scan.files())
    assert page == html.render(report, scan.files())
    assert page.decode().startswith("<!doctype html>")


def _objects(part: object, path: str) -> list[tuple[str, dict[str, object]]]:
    if isinstance(part, list):
        return [found for index, inner in enumerate(part) for found in _objects(inner, f"{path}/{index}")]
    if not isinstance(part, dict):
        return []
    below = [found for key, inner in part.items() for found in _objects(inner, f"{path}/{key}")]
    return [(path, part), *below] if "object" in (part.get("type") or ()) else below
