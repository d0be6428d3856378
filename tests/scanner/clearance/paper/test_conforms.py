"""Timelines are read with the paper: beside it, all at once, with every fault at its place."""

import hashlib
import os
from pathlib import Path

import pytest

from fixtures.paper import DELIVERY, PRODUCTION, Entry, Value, book, declaration, text, write
from fixtures.timelines import Take, edl, otio, xmeml
from scanner.clearance.paper.model import Paper, PaperFile
from scanner.clearance.paper.reader import again, load
from scanner.errors import PaperError

TAKES = [Take("TLW_0010_comp", 48), Take("TLW_0020_comp", 24)]


def placed(folder: Path, *conforms: Entry, **files: str) -> Path:
    """A declarations file whose only delivery names these conforms, with the files beside it."""
    (folder / "conform").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / "conform" / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return write(folder, conformed(*conforms))


def conformed(*conforms: Entry, **sections: Value) -> Entry:
    return book(deliveries=[DELIVERY | {"conform": list(conforms)}], **sections)


def mistakes(file: Path) -> list[str]:
    with pytest.raises(PaperError) as raised:
        load([file])
    return [str(mistake).replace(f"{file.parent}{os.sep}", "") for mistake in raised.value.mistakes]


def shown(paper: Paper) -> dict[tuple[str, int], list[tuple[str, int, int]]]:
    return {
        key: [(event.clip, event.first, event.last) for event in timeline.events]
        for key, timeline in paper.timelines.items()
    }


def test_every_format_is_read_and_listed_among_the_files(tmp_path: Path) -> None:
    written = {"a_edl": edl(TAKES), "b_xml": xmeml(TAKES), "c_otio": otio(TAKES)}
    names = ["conform/a.edl", "./conform/b.xml", "conform/c.otio"]
    file = placed(tmp_path, *({"file": name, "reel": f"R{place}"} for place, name in enumerate(names)), **written)
    paper = load([file])
    expected = [("TLW_0010_comp", 0, 47), ("TLW_0020_comp", 48, 71)]
    assert shown(paper) == {("DEL-1", place): expected for place in range(3)}
    declared, *timelines = paper.files
    assert [each.name for each in timelines] == names
    assert timelines[0].sha256 == hashlib.sha256(written["a_edl"].encode()).hexdigest()
    assert {each.named_by for each in timelines} == {declared.sha256}
    assert declared.named_by == ""


def test_a_conform_alone_needs_no_list_around_it(tmp_path: Path) -> None:
    placed(tmp_path, a_edl=edl(TAKES))
    data = book(deliveries=[DELIVERY | {"conform": {"file": "conform/a.edl", "asset": "r3.mov", "reel": "R3"}}])
    paper = load([write(tmp_path, data)])
    assert list(paper.timelines) == [("DEL-1", 0)]
    assert paper.deliveries[0].conform[0].reel == "R3"


def test_labels_of_a_list_count_at_the_production_s_rate(tmp_path: Path) -> None:
    placed(tmp_path, a_edl=edl(TAKES))
    data = conformed({"file": "conform/a.edl"}) | {"production": PRODUCTION | {"fps": "23.976"}}
    assert load([write(tmp_path, data)]).timelines["DEL-1", 0].rate.denominator == 1001


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    broken = edl(TAKES).replace("01:00:02:00 01:00:03:00", "01:00:02:24 01:00:03:00")
    file = placed(
        tmp_path,
        {"file": "conform/a.edl"},
        {"file": "conform/b.xml"},
        {"file": "conform/c.otio"},
        {"file": "conform/d.aaf"},
        {"file": "../e.edl"},
        {"file": "conform"},
        {"file": "conform/a.edl", "ree1": "R3"},
        a_edl=broken,
        b_xml=xmeml(TAKES).replace("</sequence>", ""),
        c_otio="{}",
        d_aaf="",
    )
    told = mistakes(file)
    assert told == [
        "conform/a.edl:6:1: '01:00:02:24' does not exist at 24 frames a second, the production's fps",
        "conform/b.xml:8:3: not sound XML from here on",
        "conform/c.otio: this is no OpenTimelineIO timeline",
        "conform/d.aaf: a timeline is .edl (CMX 3600), .xml (FCP 7) or .otio",
        "declarations.yaml:24:11: file: '../e.edl' leads out; give a relative path, without ..",
        "declarations.yaml:25:11: file: 'conform' is a folder or a device, not a file",
        "declarations.yaml:27:5: unknown key 'ree1'; did you mean reel?",
    ]


def test_a_mistake_in_a_conform_alone_is_told_at_its_own_key(tmp_path: Path) -> None:
    file = write(tmp_path, book(deliveries=[DELIVERY | {"conform": {"file": "../r3.edl", "ree1": "R3"}}]))
    lines = file.read_text().splitlines()
    told = mistakes(file)
    assert len(told) == 2
    for place, key in zip(told, ("file:", "ree1:"), strict=True):
        assert lines[int(place.split(":")[1]) - 1].strip().startswith(key)


def test_a_timeline_that_isn_t_there_is_a_fact_for_the_judgement(tmp_path: Path) -> None:
    paper = load([placed(tmp_path, {"file": "conform/gone.edl"})])
    assert paper.timelines == {}
    assert len(paper.files) == 1


def test_a_timeline_that_leads_out_through_a_link_is_a_mistake_and_is_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.edl"
    outside.write_text(edl(TAKES))
    file = placed(tmp_path / "paper", {"file": "conform/r3.edl"})
    (tmp_path / "paper" / "conform" / "r3.edl").symlink_to(outside)
    assert "is a link that leads out of the folder" in mistakes(file)[0]


def test_other_mistakes_in_the_paper_don_t_hide_those_of_a_timeline(tmp_path: Path) -> None:
    placed(tmp_path, a_edl="nothing")
    data = conformed({"file": "conform/a.edl"}, declarations=[declaration(use="vfx")])
    told = mistakes(write(tmp_path, data))
    assert len(told) == 2
    assert "no picture event" in told[0]


def test_a_timeline_is_not_read_where_the_production_s_rate_is_wrong(tmp_path: Path) -> None:
    placed(tmp_path, a_edl="nothing")
    data = conformed({"file": "conform/a.edl"}) | {"production": PRODUCTION | {"fps": "fast"}}
    (told,) = mistakes(write(tmp_path, data))
    assert "is not a frame rate" in told


def test_a_file_that_two_deliveries_name_is_read_once(tmp_path: Path) -> None:
    placed(tmp_path, a_edl=edl(TAKES))
    conform = {"file": "conform/a.edl"}
    data = book(deliveries=[DELIVERY | {"conform": conform}, DELIVERY | {"id": "DEL-2", "conform": [conform]}])
    paper = load([write(tmp_path, data)])
    assert sorted(paper.timelines) == [("DEL-1", 0), ("DEL-2", 0)]
    assert len(paper.files) == 2


def test_paper_that_was_kept_is_read_again_with_its_timelines(tmp_path: Path) -> None:
    one = placed(tmp_path / "one", {"file": "conform/a.edl"}, a_edl=edl(TAKES))
    (tmp_path / "two" / "conform").mkdir(parents=True)
    (tmp_path / "two" / "conform" / "a.edl").write_text(edl(TAKES[:1]))
    second = tmp_path / "two" / "declarations.yaml"
    second.write_text(text({"deliveries": [DELIVERY | {"id": "DEL-2", "conform": {"file": "conform/a.edl"}}]}))
    paper = load([one, second])
    kept = [PaperFile(each.name, each.sha256, each.content, each.named_by) for each in paper.files]
    read = again(kept, paper.evidence, paper.proofs)
    assert read.timelines == paper.timelines
    assert [len(timeline.events) for timeline in read.timelines.values()] == [2, 1]
    assert read.files == paper.files
    lost = again([each for each in kept if not each.named_by], paper.evidence, paper.proofs)
    assert lost.timelines == {}
