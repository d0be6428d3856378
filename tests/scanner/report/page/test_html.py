"""The page, read as HTML without a browser."""

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import scanner.report
from detectors.observation import Span
from fixtures import report_delivery, reports
from scanner.drop.assets import SkipCause, Skipped
from scanner.examination import MediaFacts
from scanner.report.model import Report
from scanner.report.page import html
from scanner.terms.verdicts import Verdict

PAGE = Path(scanner.report.__file__).parent / "page"


class Reader(HTMLParser):
    """Collects what a browser would see: tags with their attributes, and the text outside script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        self._inside = tag if tag in {"script", "style"} else None

    def handle_endtag(self, _tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(report: Report, pictures: dict[str, bytes] | None = None) -> str:
    return html.render(report, pictures or {}).decode()


@pytest.fixture(scope="module", name="rich")
def _rich() -> tuple[Report, str, Reader]:
    scan = report_delivery.delivery()
    report = scan.report()
    page = page_of(report, scan.files())
    return report, page, Reader(page)


def test_the_verdict_and_the_sentence_why_stand_in_the_html_itself(rich: tuple[Report, str, Reader]) -> None:
    _, _, read = rich
    assert "TLW_103_delivery" in read.text
    assert (
        "Incomplete 6 findings fail and 5 need review. 1 finding is waived. 2 of 15 assets could not be examined."
        in read.text
    )
    assert "netflix-genai 2025-11-11" in read.text
    assert "final from the declarations" in read.text
    assert "Judged as of 2026-04-02" in read.text


def test_every_finding_stands_in_the_html_with_its_message_reason_id_and_remedy(
    rich: tuple[Report, str, Reader],
) -> None:
    report, _, read = rich
    every = report["findings"] + [finding for asset in report["assets"] for finding in asset["findings"]]
    for finding in every:
        assert finding["reason"] in read.text
        if finding["reason"] not in {"ai.no_evidence", "scan.other_file"}:
            assert finding["id"] in read.text
            assert finding["message"] in read.text
            assert finding["remedy"] in read.text


def test_what_was_left_out_is_told_apart_from_what_is_no_asset_and_a_sequence_is_one_row() -> None:
    frames = [
        Skipped(f"VFX/plate.{number}.exr", "excluded by VFX", SkipCause.EXCLUDE, "VFX/plate.%04d.exr")
        for number in range(1001, 2201)
    ]
    others = [
        Skipped("a.mov", "not included by *.exr", SkipCause.INCLUDE),
        Skipped(".DS_Store", "a system file", SkipCause.SYSTEM),
    ]
    read = Reader(page_of(reports.scan(reports.Case(reports.still()), skipped=[*frames, *others]).report()))
    assert "1 file was left out by --include and 1200 by --exclude." in read.text
    _, tables = read.text.split("Left out Files of the drop")
    left, skipped = tables.split("Skipped Names in the drop that are not assets")
    assert "VFX/plate.%04d.exr 1,200 files, excluded by VFX" in left
    assert "a.mov not included by *.exr" in left
    assert ".DS_Store a system file" in skipped
    assert "plate.1001" not in read.text
    only = Reader(page_of(reports.scan(reports.Case(reports.still()), skipped=frames).report()))
    assert "not assets" not in only.text


def test_a_scan_without_references_says_so_among_its_inputs(rich: tuple[Report, str, Reader]) -> None:
    report = reports.scan(reports.Case(reports.still())).report()
    report["run"]["inputs"]["references"] = []
    assert "References none: nothing was compared with any work" in Reader(page_of(report)).text
    assert "nothing was compared" not in rich[2].text


def test_spans_evidence_paper_skipped_and_inputs_are_told(rich: tuple[Report, str, Reader]) -> None:
    _, _, read = rich
    for words in (
        "In 01:00:10:00 Out 01:00:11:23",
        "frames 240 to 287 (48)",
        "XMP-iptcExt:DigitalSourceType",
        "AUTOMATIC1111 stable-diffusion-webui",
        "Tampered: altered since it was signed",
        "Example AI, Inc.",
        "APP-0043 Approval nothing",
        "WAV-3 Waiver 1 finding",
        "Waived by Q. Tech, QC House until 2026-06-30",
        ".DS_Store system file",
        "1 more observation that no finding rests on",
        "c2pa-trust-list , issued 2026-03-01",
        "No finding; looked at the picture, no evidence.",
        "What was seen is accounted for; looked at 300 of 300 frames (every frame).",
        "What was looked at",
    ):
        assert words.lower() in read.text.lower()


def test_pictures_are_in_the_page_with_a_text_that_says_what_they_show(rich: tuple[Report, str, Reader]) -> None:
    _, _, read = rich
    shown = {image["alt"]: image["src"] for image in read.named("img")}
    picture = shown["Delivered 01:00:10:00, frame 240, evidence for ip.unlicensed_match"]
    assert base64.b64decode(picture.removeprefix("data:image/jpeg;base64,")) == reports.picture(3, 0).jpeg
    assert "Reference posters/017.tif, evidence for ip.unlicensed_match" in shown
    assert "Delivered 01:00:38:03, frame 915, evidence for ip.unlicensed_match" not in shown


def test_a_picture_that_is_not_there_is_left_out() -> None:
    assert "<img" not in page_of(report_delivery.delivery().report())


@pytest.mark.parametrize("name", reports.HOSTILE)
def test_names_are_text_and_never_markup(name: str) -> None:
    scan = reports.scan(
        reports.Case(
            reports.still(name, reports.marker(name, name)), (reports.finding("ai.undeclared", Verdict.FAIL, name, 0),)
        )
    )
    scan = replace(scan, drop=replace(scan.drop, name=name))
    plain = page_of(
        reports.scan(
            reports.Case(
                reports.still("a.png", reports.marker("b", "c")),
                (reports.finding("ai.undeclared", Verdict.FAIL, "d", 0),),
            )
        ).report()
    )
    read = Reader(page_of(scan.report()))
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in Reader(plain).tags]
    assert "\x1b" not in "".join(read.words)
    assert "\u202e" not in "".join(read.words)


def test_the_policy_lets_nothing_run_but_the_page_s_own_script_and_style(rich: tuple[Report, str, Reader]) -> None:
    _, page, read = rich
    policy = next(meta["content"] for meta in read.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(parts) == 1
        digest = base64.b64encode(hashlib.sha256(parts[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_nothing_in_the_page_leads_to_a_network_or_out_of_the_page(rich: tuple[Report, str, Reader]) -> None:
    _, _, read = rich
    anchors = {attributes["id"] for _, attributes in read.tags if "id" in attributes}
    for _, attributes in read.tags:
        assert not attributes.keys() & {"style", "srcset", "action", "formaction", "background"}
        assert not any(key.startswith("on") for key in attributes)
        assert attributes.get("src", "data:").startswith("data:")
        if "href" in attributes:
            assert attributes["href"].removeprefix("#") in anchors


def test_ids_are_not_used_twice_and_labels_name_ids_that_exist(rich: tuple[Report, str, Reader]) -> None:
    _, _, read = rich
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for _, attributes in read.tags if "aria-labelledby" in attributes} <= set(ids)


def test_the_page_is_marked_up_for_those_who_do_not_see_it(rich: tuple[Report, str, Reader]) -> None:
    _, page, read = rich
    assert read.named("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer"):
        assert read.named(landmark)
    assert len(read.named("table")) == page.count("<caption>")
    assert all(cell.get("scope") for cell in read.named("th"))
    assert all(image.get("alt") for image in read.named("img"))
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("word", ["clean", "human", "authentic", "genuine", "free of"])
def test_a_pass_is_never_worded_as_more_than_it_is(word: str) -> None:
    case = reports.Case(reports.still(), (reports.finding("ai.no_evidence", Verdict.PASS, "m"),))
    read = Reader(page_of(reports.scan(case).report()))
    assert word not in read.text.lower()
    assert "No finding" in read.text
    assert "not proof that no AI was used" in read.text


def test_an_empty_drop_says_so() -> None:
    read = Reader(page_of(reports.scan().report()))
    assert "Nothing was delivered that could be examined." in read.text
    assert "The drop holds no assets." in read.text
    assert "No declarations were given: every use of AI counts as undeclared." in read.text


def test_what_could_not_work_fully_stands_at_the_top() -> None:
    run = replace(reports.RUN, degraded=({"detector": "credentials", "why": "no trust list"},), completed=False)
    read = Reader(page_of(reports.scan(run=run).report()))
    assert "Not everything could work fully credentials : no trust list" in read.text
    assert "Interrupted" in read.text
    assert read.text.index("Not everything") < read.text.index("Findings")


def test_a_failing_finding_of_the_drop_comes_before_the_assets_and_a_lesser_one_after() -> None:
    case = reports.Case(reports.still("a.png"), (reports.finding("ai.undeclared", Verdict.FAIL, "of the asset"),))
    for verdict, first in ((Verdict.FAIL, True), (Verdict.REVIEW, False)):
        found = reports.finding("scan.mhl_mismatch", verdict, "of the drop")
        judgement = replace(reports.scan().judgement, findings=(found,))
        text = Reader(page_of(reports.scan(case, judgement=judgement).report())).text
        assert (text.index("of the drop") < text.index("of the asset")) is first


def test_spans_lie_on_the_strip_where_they_lie_in_the_asset() -> None:
    finding = reports.finding("ip.unlicensed_match", Verdict.FAIL, "m", span=Span(25, 49))
    case = reports.Case(reports.movie("a.mov", MediaFacts("mov", rate="25", frame_count=100)), (finding,))
    bars = [bar for bar in Reader(page_of(reports.scan(case).report())).named("rect") if bar["class"] == "fail"]
    assert [(float(bar["x"]), float(bar["width"])) for bar in bars] == [(250.0, 250.0)]


def test_a_span_beyond_what_the_container_says_stays_on_the_strip() -> None:
    finding = reports.finding("ip.unlicensed_match", Verdict.FAIL, "m", span=Span(90, 5000))
    case = reports.Case(reports.movie("a.mov", MediaFacts("mov", frame_count=100)), (finding,))
    bar = next(bar for bar in Reader(page_of(reports.scan(case).report())).named("rect") if bar["class"] == "fail")
    assert float(bar["x"]) + float(bar["width"]) <= 1000


def test_the_script_writes_no_markup_and_calls_nobody() -> None:
    script = (PAGE / "page.js").read_text(encoding="utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "XMLHttpRequest",
        "import(",
    ):
        assert word not in script


@pytest.mark.parametrize("name", ["page.css", "page.js"])
def test_style_and_script_can_be_inlined_and_load_nothing(name: str) -> None:
    text = (PAGE / name).read_text(encoding="utf-8")
    assert "</" not in text
    assert not re.search(r"url\(|@import|https?:", text)
    assert unescape(text) == text
