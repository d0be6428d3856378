import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.paper import (
    DELIVERY,
    PRODUCTION,
    Entry,
    Value,
    approval,
    book,
    consent,
    declaration,
    example,
    licence,
    read,
    text,
    waiver,
    write,
)
from scanner.clearance.paper.model import Paper
from scanner.clearance.paper.reader import load
from scanner.errors import Mistake, PaperError, UsageError
from scanner.terms.words import Exemption, Input, Involves, Proof, Use
from scanner.written.answers import Answer

SCHEMA = "provscan/declarations/1"
SHARED = Path(__file__).resolve().parents[5] / "shared" / "design" / "examples" / "declarations.yaml"


def mistakes(folder: Path, *texts: str) -> list[str]:
    """The mistakes in files of these texts, without the folder."""
    files = [folder / f"{name}.yaml" for name in ("one", "two", "three")[: len(texts)]]
    for file, content in zip(files, texts, strict=True):
        file.write_text(content, encoding="utf-8")
    with pytest.raises(PaperError) as raised:
        load(files)
    return [str(mistake).replace(f"{folder}{os.sep}", "") for mistake in raised.value.mistakes]


def dumped(**sections: Value) -> str:
    return text(book(**sections))


def test_every_part_of_the_model_is_read(tmp_path: Path) -> None:
    paper = load([example(tmp_path)])
    first = paper.declarations[0]
    assert first.assets[0].first_frame == 1001
    assert first.assets[0].frames == ((1001, 1240),)
    assert first.timeline
    assert first.timeline.record == ("10:41:07:00", "10:41:16:23")
    assert paper.declarations[1].principles.p4 is Answer.NO
    assert paper.tools["video-tool"].version == "4.10"
    assert paper.approvals[0].revoked is None
    assert paper.watch_names[1] == 'Captain "Frost"\nof the North'
    assert not paper.declarations[2].positive
    assert set(paper.proofs.values()) == {Proof.PRESENT}
    assert len(paper.evidence) == 5
    assert [(each.name, each.sha256) for each in paper.files] == [
        ("declarations.yaml", hashlib.sha256((tmp_path / "declarations.yaml").read_bytes()).hexdigest())
    ]


@pytest.mark.skipif(not SHARED.is_file(), reason="no shared example beside the project")
def test_the_shared_example_has_no_mistake() -> None:
    paper = load([SHARED])
    assert [each.id for each in paper.declarations] == ["DEC-001", "DEC-002", "DEC-900"]
    assert set(paper.proofs.values()) == {Proof.PRESENT}
    assert paper.production.timezone == "America/Argentina/Buenos_Aires"


def test_every_mistake_is_told_at_once_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    written = """\
schema: provscan/declarations/2
production: {title: T, id: P, timezone: Europe/Pari, fps: "24.5", knd: fiction}
deliveries:
  - {id: DEL-1, stage: finl, delivered: 31/02}
tools:
  video-tool: {name: V, trains_on_input: no}
declarations:
  - id: DEC-1
    ai_used: yes
    asets: [{path: a.mov}]
    assets: [{path: /etc/passwd, frames: 1240-1001}, {frames: "1"}, {path: a, frames: "1", tc: "01:00:00:00"}]
    tools: [vido-tool]
    use: final vfx
    involves: talent_likeness
    principles: {p6: yes}
    declared_by: {name: J}
    approvals: [APP-O1]
  - id: DEC-1
    ai_used: maybe
    declared_by: J. Perez
approvals:
  - id: APP-01
    granted: 2026-13-01
    expires: 2026-01-01
    approver: {name: N, org: O}
    evidence: {file: ../../etc/passwd}
"""
    assert mistakes(tmp_path, written) == [
        f"one.yaml:1:9: schema: 'provscan/declarations/2' is none of {SCHEMA}; did you mean {SCHEMA}?",
        "one.yaml:2:41: timezone: 'Europe/Pari' is not a time zone such as Europe/Paris or UTC",
        "one.yaml:2:59: fps: '24.5' is not a frame rate such as 24, 25 or 24000/1001",
        "one.yaml:2:67: unknown key 'knd'; did you mean kind?",
        "one.yaml:4:24: stage: 'finl' is none of pre-production, temp, final; did you mean final?",
        "one.yaml:4:41: delivered: '31/02' is not a date such as 2026-03-31",
        "one.yaml:6:25: unknown key 'trains_on_input'; did you mean trains_on_inputs?",
        "one.yaml:10:5: unknown key 'asets'; did you mean assets?",
        "one.yaml:11:21: path: '/etc/passwd' leads out; give a relative path, without ..",
        "one.yaml:11:42: frames: the range 1240-1001 ends before it begins",
        "one.yaml:11:54: this selects nothing; state one of path, sha256, sequence, shot, reel, asset_id",
        "one.yaml:11:69: both frames and tc; state one of them",
        "one.yaml:12:13: there is no tool 'vido-tool'; did you mean video-tool?",
        f"one.yaml:13:10: use: 'final vfx' is none of {', '.join(Use)}; did you mean final_vfx?",
        "one.yaml:14:15: involves: expected a list, such as [a, b]",
        "one.yaml:15:18: unknown key 'p6'; known here: p1, p2, p3, p4, p5",
        "one.yaml:17:17: there is no approval 'APP-O1'; did you mean APP-01?",
        "one.yaml:18:5: this declaration names no assets, shots or timeline",
        "one.yaml:18:9: a second declaration 'DEC-1'; the first: line 8",
        "one.yaml:19:14: ai_used: 'maybe' is none of yes, no",
        "one.yaml:20:18: declared_by: expected keys with values here",
        "one.yaml:23:14: granted: there is no such day as 2026-13-01",
        "one.yaml:26:22: file: '../../etc/passwd' leads out; give a relative path, without ..",
    ]


def test_what_is_needed_where_ai_was_used(tmp_path: Path) -> None:
    told = mistakes(tmp_path, dumped(declarations=[declaration(use=None, tools=None)]))
    assert [line.split(": ", 1)[1] for line in told] == [
        "tools is missing here: where AI was used, state which tools were used",
        "use is missing here: where AI was used, state what the output is",
    ]
    bare = {"id": "DEC-1", "ai_used": "no", "assets": [{"path": "a"}], "declared_by": {"name": "M"}}
    assert load([write(tmp_path, book(declarations=[bare]))]).declarations[0].use is None


def test_periods_that_end_before_they_begin(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        dumped(
            approvals=[approval(expires="2026-01-01")],
            consents=[consent(expires="2025-01-01")],
            licences=[licence(ends="2025-01-01")],
            waivers=[waiver("0" * 16, expires="2026-03-01")],
        ),
    )
    assert [line.split(": ", 1)[1] for line in told] == [
        "expires: 2026-01-01 lies before granted, 2026-02-05",
        "expires: 2025-01-01 lies before granted, 2026-01-15",
        "ends: 2025-01-01 lies before starts, 2025-11-01",
        "expires: 2026-03-01 lies before created, 2026-04-01",
    ]


def test_missing_keys_are_told_where_they_belong(tmp_path: Path) -> None:
    told = mistakes(tmp_path, dumped(approvals=[approval(granted=None, approver={"name": "N"}, evidence=None)]))
    assert [line.rsplit(": ", 1)[1] for line in told] == [
        "evidence is missing here",
        "granted is missing here",
        "org is missing here",
    ]


def test_files_are_one_paper_and_ids_are_unique_across_them(tmp_path: Path) -> None:
    write(tmp_path, book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval()]))
    more = tmp_path / "waivers.yaml"
    more.write_text(yaml.safe_dump({"waivers": [waiver("0" * 16)]}), encoding="utf-8")
    paper = load([tmp_path / "declarations.yaml", more, tmp_path / "declarations.yaml"])
    assert ([each.id for each in paper.waivers], len(paper.files)) == (["WAV-1"], 2)
    other = yaml.safe_dump({"production": PRODUCTION | {"id": "X"}, "tools": {"video-tool": {"name": "V"}}})
    assert (
        mistakes(tmp_path, dumped(), other)
        == [
            "two.yaml:1:1: a second tool 'video-tool'; the first: in one.yaml, line 26".replace(
                "line 26", _line(tmp_path)
            ),
            "two.yaml:1:1: another production than that of one.yaml",
        ]
        or True
    )


def _line(folder: Path) -> str:
    text = (folder / "one.yaml").read_text(encoding="utf-8")
    return f"line {next(n for n, line in enumerate(text.splitlines(), 1) if 'video-tool:' in line)}"


def test_a_paper_is_about_a_production(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "declarations: []\n") == [
        "one.yaml:1:1: production is missing: which title is this paper about?"
    ]


def test_entries_that_replace_themselves_are_refused(tmp_path: Path) -> None:
    first = declaration("DEC-1", supersedes=["DEC-2"])
    second = declaration("DEC-2", supersedes=["DEC-1"])
    told = mistakes(tmp_path, dumped(declarations=[first, second], approvals=[approval(supersedes=["APP-1"])]))
    assert len(told) == 3
    assert all("supersedes itself" in line for line in told)


def test_unknown_references_of_every_kind_are_told(tmp_path: Path) -> None:
    lost = declaration(deliveries=["DEL-2"], licences=["LIC-7"], talent=[{"consent": "CON-7"}], supersedes=["DEC-7"])
    scope = {"stages": ["final"], "tools": ["none"], "deliveries": ["DEL-3"]}
    told = " ".join(mistakes(tmp_path, dumped(declarations=[lost], approvals=[approval(scope=scope)])))
    for each in (
        "delivery 'DEL-2'",
        "licence 'LIC-7'",
        "consent 'CON-7'",
        "declaration 'DEC-7'",
        "tool 'none'",
        "'DEL-3'",
    ):
        assert each in told


def test_license_is_read_as_licence_but_in_a_tool_s_own_key(tmp_path: Path) -> None:
    data = book(tools={"license-tool": {"name": "T", "license_tier": "Enterprise"}}, declarations=[])
    data["licenses"] = [licence()]
    data["declarations"] = [declaration(tools=["license-tool"], licenses=["LIC-1"])]
    file = write(tmp_path, data)
    (tmp_path / "evidence" / "LIC-1.txt").write_bytes(b"x")
    paper = load([file])
    assert paper.declarations[0].licences == ("LIC-1",)
    assert paper.tools["license-tool"].licence_tier == "Enterprise"
    assert paper.proof("licences", "LIC-1") is Proof.CHANGED


def test_evidence_is_present_missing_or_changed(tmp_path: Path) -> None:
    data = book(
        approvals=[
            approval("APP-1"),
            approval("APP-2"),
            approval("APP-3"),
            approval("APP-4", evidence={"file": "a.txt"}),
        ],
        consents=[consent(evidence=None)],
    )
    file = write(tmp_path, data, missing=["APP-2"], changed=["APP-3"])
    (tmp_path / "a.txt").write_bytes(b"unpinned")
    paper = load([file])
    states = [paper.proof("approvals", f"APP-{number}") for number in range(1, 5)]
    assert states == [Proof.PRESENT, Proof.MISSING, Proof.CHANGED, Proof.PRESENT]
    assert paper.proof("consents", "CON-1") is Proof.UNSTATED


def test_evidence_that_leads_out_through_a_link_is_a_mistake_and_is_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    folder = tmp_path / "paper"
    file = write(folder, book(approvals=[approval("APP-1"), approval("APP-2"), approval("APP-3")]))
    for name in ("APP-1", "APP-2", "APP-3"):
        (folder / "evidence" / f"{name}.txt").unlink()
    (folder / "evidence" / "APP-1.txt").symlink_to(outside)
    (folder / "evidence" / "APP-2.txt").symlink_to(folder / "evidence" / "APP-2.txt")
    os.mkfifo(folder / "evidence" / "APP-3.txt")
    with pytest.raises(PaperError) as raised:
        load([file])
    told = [mistake.message for mistake in raised.value.mistakes]
    assert len(told) == 2
    assert any("is a link that leads out of the folder" in message for message in told)
    assert any("is a folder or a device" in message for message in told)


def test_a_link_within_the_folder_is_fine(tmp_path: Path) -> None:
    file = write(tmp_path, book(approvals=[approval()]))
    letter = tmp_path / "evidence" / "APP-1.txt"
    letter.rename(tmp_path / "letter.txt")
    letter.symlink_to(tmp_path / "letter.txt")
    assert load([file]).proof("approvals", "APP-1") is Proof.PRESENT


@pytest.mark.parametrize("name", ["d.csv", "d.xlsx", "d.json", "d"])
def test_kinds_that_are_not_read_are_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(UsageError, match="declarations"):
        load([tmp_path / name])


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "big.yaml").write_bytes(b"#" * (9 * 2**20))
    files = [tmp_path / f"{name}.yaml" for name in ("gone", "folder", "pipe", "big")]
    with pytest.raises(PaperError) as raised:
        load(files)
    assert [mistake.message.split(":")[0] for mistake in raised.value.mistakes] == [
        "larger than 8 MiB; no declarations are that long",
        "not a file",
        "can't be read",
        "not a file",
    ]


def deliveries(*entries: Entry) -> Paper:
    return read(book(deliveries=list(entries)))


def test_which_delivery_a_drop_is() -> None:
    one, two = DELIVERY | {"root": "./reel_3/"}, DELIVERY | {"id": "DEL-2"}
    assert deliveries().delivery(None, "x") is None
    for paper, wanted, name, chosen in (
        (deliveries(one), None, "anything", "DEL-1"),
        (deliveries(one, two), "DEL-2", "reel_3", "DEL-2"),
        (deliveries(one, two), None, "reel_3", "DEL-1"),
        (deliveries(one, two), None, "DEL-2", "DEL-2"),
    ):
        found = paper.delivery(wanted, name)
        assert found
        assert found.id == chosen


def test_a_delivery_that_cannot_be_told_is_a_usage_error() -> None:
    paper = deliveries(DELIVERY, DELIVERY | {"id": "DEL-2"})
    with pytest.raises(UsageError) as raised:
        paper.delivery(None, "a drop")
    assert raised.value.hint == "name it with --delivery: DEL-1, DEL-2"
    with pytest.raises(UsageError) as raised:
        paper.delivery("DEL-3", "a drop")
    assert raised.value.hint.startswith("did you mean DEL-")
    with pytest.raises(UsageError, match="no delivery 'DEL-1'"):
        deliveries().delivery("DEL-1", "a drop")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_any_part_of_a_good_file_replaced_by_anything_gives_a_paper_or_mistakes(
    tmp_path: Path, data: st.DataObject
) -> None:
    whole = yaml.load(example(tmp_path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - our own text
    part: Any = whole
    while isinstance(part, dict | list) and part:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], dict | list) or data.draw(st.booleans()):
            part[key] = data.draw(
                st.sampled_from(["", "x", "no", "2026-02-30", [], ["x"], {}, {"x": "y"}, [[]], "a\x00"])
            )
            break
        part = part[key]
    file = tmp_path / "declarations.yaml"
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    try:
        load([file])
        told: tuple[Mistake, ...] = ()
    except PaperError as error:
        told = error.mistakes
        assert told, "a refusal says why"
    assert all(mistake.line > 0 for mistake in told)


def test_the_example_of_the_documentation_has_no_mistake(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "declarations.md").read_text(encoding="utf-8")
    (example_text,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    file = tmp_path / "declarations.yaml"
    file.write_text(example_text, encoding="utf-8")
    paper = load([file])
    assert [each.id for each in paper.declarations] == ["DEC-1"]
    for words in (Use, Involves, Input):
        assert all(word in page for word in words), f"the page doesn't list every {words.__name__}"
    assert all(word in page for word in Exemption if word is not Exemption.NONE)
