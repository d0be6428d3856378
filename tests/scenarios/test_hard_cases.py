"""Hard cases side by side in one final drop, through the real command: each asset its own paper, one verdict each."""

import pytest

from detectors.credentials.signing import SOURCE_TYPES, Authority, ai_manifest, manifest
from detectors.observation import Json
from fixtures.marks import tagged
from fixtures.media import still
from fixtures.paper import ALL_YES, Entry, Value, approval, book, declaration, licence, negative
from fixtures.stories import COMPOSITE, GENERATED, Place, Told, titled

UNDECLARED = {
    "composite": ("fail", {"ai.undeclared": "fail"}),
    "enhanced": ("info", {"ai.enhancement_undeclared": "info", "credential.untrusted": "info"}),
    "temp_mix": ("review", {"ai.no_evidence": "pass", "stage.temp_hint_in_final": "review"}),
    "licensed": ("pass", {"ip.licensed": "pass"}),
    "lapsed": ("fail", {"licence.expired": "fail"}),
    "ours": ("info", {"ip.own_material": "info"}),
    "theirs": ("fail", {"ip.unlicensed_match": "fail"}),
    "contradicted": ("fail", {"ai.undeclared": "fail", "declaration.contradicted": "fail"}),
}
"""What nobody declares AI in, with the verdict and the reasons that it should have."""
DISCLOSED = {"ai.disclosed": "pass"}
DECLARED = {
    "tampered": ("review", DISCLOSED | {"credential.invalid": "review"}),
    "untrusted": ("info", DISCLOSED | {"credential.untrusted": "info"}),
    "renewed": ("pass", DISCLOSED),
    "expired": ("fail", DISCLOSED | {"approval.expired": "fail"}),
    "vendor": ("fail", DISCLOSED | {"approval.approver_not_authorised": "fail"}),
    "conditions": ("review", DISCLOSED | {"approval.conditions_open": "review"}),
    "other_tool": ("fail", DISCLOSED | {"approval.other_tool": "fail"}),
    "early_work": ("info", DISCLOSED | {"approval.after_generation": "info"}),
    "sketch": ("pass", DISCLOSED),
    "postvis": ("pass", DISCLOSED),
    "conflict": ("review", DISCLOSED | {"declaration.conflict": "review"}),
    "incidental": ("review", DISCLOSED | {"approval.judgement_needed": "review"}),
    "incidental_p4": ("review", DISCLOSED | {"approval.judgement_needed": "review"}),
    "incidental_p1": ("fail", DISCLOSED | {"approval.missing": "fail"}),
}
"""What is declared, the same way."""
SIGNED = {"enhanced", "tampered", "untrusted"}
RECOGNISED = ("licensed", "lapsed", "ours", "theirs")


def path(case: str) -> str:
    return f"stills/{case}{'.jpg' if case in SIGNED else '.png'}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A still for each case."""
    place = Place(tmp_path_factory.mktemp("hard"))
    made = {case: place.still(f"drop/{path(case)}", seed=500 + n) for n, case in enumerate([*UNDECLARED, *DECLARED])}
    (place.folder / "references").mkdir()
    for number, case in enumerate(RECOGNISED):
        for file in (made[case], place.folder / "references" / f"{case}.png"):
            still(file, seed=550 + number, size=(480, 270))
    rows = "path,id,owner\nlicensed.png,REF-1,A Label\nlapsed.png,REF-2,A Label\nours.png,REF-3,Example Films\n"
    (place.folder / "references" / "references.csv").write_text(rows, encoding="utf-8")
    marked = [made[case] for case in ("contradicted", *DECLARED) if case not in SIGNED]
    tagged(marked[0], GENERATED, *marked[1:])
    tagged(made["composite"], COMPOSITE)
    authority = Authority.make("Example CA")
    capture: dict[str, Json] = {"action": "c2pa.created", "digitalSourceType": f"{SOURCE_TYPES}digitalCapture"}
    source = f"{SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
    cleaned: dict[str, Json] = {"action": "c2pa.enhanced", "digitalSourceType": source}
    for case in sorted(SIGNED):
        file, plain = made[case], made[case].rename(place.folder / f"{case}.jpg")
        said = ai_manifest(file.name, "image/jpeg", agent="Example Video Tool")
        said = manifest(file.name, "image/jpeg", [capture, cleaned]) if case == "enhanced" else said
        authority.sign(plain, file, said)
    changed = bytearray(made["tampered"].read_bytes())
    changed[-80] ^= 0xFF
    made["tampered"].write_bytes(changed)
    return place


def declared(case: str, *approvals: Entry, **changes: Value) -> tuple[Entry, list[Entry]]:
    keys = [each["id"] for each in approvals]
    return declaration(f"DEC-{case}", path(case), approvals=keys, **changes), list(approvals)


def granted(case: str, **changes: Value) -> Entry:
    return approval(f"APP-{case}", **{"scope": {"stages": ["final"]}, **changes})


def paper() -> Entry:
    done = [{"text": "clean-up by hand of every frame", "met": "no"}]
    incidental = {"use": "background_incidental"}
    pairs = [
        declared("tampered", granted("tampered")),
        declared("untrusted", granted("untrusted")),
        declared("renewed", granted("gone", revoked="2026-03-01"), granted("renewed")),
        declared("expired", granted("expired", expires="2026-03-30")),
        declared("vendor", granted("vendor", approver={"name": "V.", "org": "ABC VFX"})),
        declared("conditions", granted("conditions", conditions=done)),
        declared("other_tool", granted("other", scope={"stages": ["final"], "tools": ["still-tool"]})),
        declared("early_work", granted("late"), generated="2026-02-01"),
        declared("sketch", granted("sketch"), use="temp"),
        declared("postvis", granted("postvis")),
        declared("conflict", granted("conflict")),
        (declared("conflict", use="music")[0] | {"id": "DEC-music", "approvals": ["APP-conflict"]}, []),
        declared("incidental", **incidental),
        declared("incidental_p4", **incidental, principles=ALL_YES | {"p4": "no"}),
        declared("incidental_p1", **incidental, principles=ALL_YES | {"p1": "unsure"}),
    ]
    free = negative("DEC-free", path("contradicted"))
    return book(
        production=titled("The Long Winter", "TLW-1"),
        declarations=[free, *(each for each, _ in pairs)],
        approvals=[each for _, found in pairs for each in found],
        licences=[licence("LIC-1", reference="REF-1"), licence("LIC-2", reference="REF-2", ends="2026-03-30")],
    )


@pytest.fixture(scope="module")
def told(place: Place) -> Told:
    return place.scan("hard", paper(), "--references", "references")


@pytest.mark.parametrize("case", [*UNDECLARED, *DECLARED])
def test_each_case_has_its_verdict_and_its_reasons(told: Told, case: str) -> None:
    verdict, reasons = (UNDECLARED | DECLARED)[case]
    assert told.asset(path(case))["verdict"] == verdict
    assert told.reasons(path(case)) == reasons
