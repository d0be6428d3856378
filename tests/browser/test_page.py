"""The page in a real Chromium: hostile names run nothing, everything is there without JavaScript, the filter filters.

The browser is run as a program and its DOM read after loading; without a browser these tests are skipped. A script
that got to run would change the title: the first test shows that it would.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

import pytest

from fixtures import report_delivery, reports
from scanner.report.page import html

TITLE = "<title>Fail: TLW_103_delivery (provscan)</title>"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
NO_SCRIPT = """<meta http-equiv="Content-Security-Policy" content="script-src 'none'">"""

Dom = Callable[..., str]


@pytest.fixture(scope="module", name="dom")
def _dom(tmp_path_factory: pytest.TempPathFactory) -> Dom:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine: the page is not tried in a browser")
    profile = tmp_path_factory.mktemp("profile")
    pages = tmp_path_factory.mktemp("pages")

    def dom(page: str, *options: str) -> str:
        """The document as the browser holds it after loading."""
        file = pages / "page.html"
        file.write_text(page, encoding="utf-8")
        quiet = ("--no-first-run", "--disable-background-networking", "--disable-quic", "--disable-gpu", "--no-sandbox")
        done = subprocess.run(
            [chromium, "--headless", *quiet, f"--user-data-dir={profile}", *options, "--dump-dom", file.as_uri()],
            capture_output=True,
            timeout=120,
            check=True,
        )
        return done.stdout.decode()

    return dom


@pytest.fixture(scope="module", name="page")
def _page() -> str:
    scan = report_delivery.delivery()
    return html.render(scan.report(), scan.files()).decode()


def driven(page: str, script: str) -> str:
    """The page with a script of the test's own after its own, which its policy would not let run."""
    return POLICY.sub("", page).replace("</body>", f"<script>{script}</script></body>")


@pytest.mark.parametrize("name", reports.HOSTILE[:2])
def test_a_name_that_got_into_a_page_unescaped_would_run(dom: Dom, name: str) -> None:
    assert "<title>owned</title>" in dom(
        f"<!doctype html><title>safe</title><p>{name}</p>", "--virtual-time-budget=2000"
    )


def test_hostile_names_run_nothing_and_are_shown_as_text(dom: Dom, page: str) -> None:
    seen = dom(page, "--virtual-time-budget=2000")
    assert TITLE in seen
    assert "owned</title>" not in seen
    for name in reports.HOSTILE[:2]:
        assert escape(name, quote=False) in seen
    assert r"stills/\x1b[31mred\u202egnp.exe\n[/bold]\x85.png" in seen


def test_the_policy_of_the_page_stops_a_script_that_got_in_all_the_same(dom: Dom, page: str) -> None:
    injected = page.replace("</main>", f"{reports.HOSTILE[0]}{reports.HOSTILE[1]}</main>")
    assert injected != page
    assert TITLE in dom(injected, "--virtual-time-budget=2000")


def test_the_page_s_own_script_and_style_do_run_under_that_policy(dom: Dom, page: str) -> None:
    seen = dom(page)
    assert re.search(r'<form class="tools" id="tools"[^>]*aria-label="Filter this report">', seen)
    assert "14 of 14 entries, 15 of 15 assets" in seen


def test_without_javascript_the_verdict_and_all_findings_are_there_and_the_filter_is_not(dom: Dom, page: str) -> None:
    seen = unescape(dom(POLICY.sub(NO_SCRIPT, page)))
    assert re.search(r'id="tools"[^>]*hidden', seen)
    assert "entries, " not in seen.split("<script>")[0]
    assert "6 findings fail and 5 need review." in seen
    report = report_delivery.delivery().report()
    for finding in report["findings"] + [found for asset in report["assets"] for found in asset["findings"]]:
        assert finding["message"] in seen or finding["reason"] == "ai.no_evidence"


def test_a_verdict_that_is_switched_off_and_words_that_are_searched_leave_the_rest(dom: Dom, page: str) -> None:
    search = "const s = document.getElementById('search'); s.value = '{}'; s.dispatchEvent(new Event('input'));"
    assert "2 of 14 entries, 1 of 15 assets" in dom(driven(page, search.format("TLW_103_r3")))
    assert "3 of 14 entries, 2 of 15 assets" in dom(driven(page, search.format("poster  ESTATE")))
    click = """
      document.querySelector('button[data-shows=fail]').click();
      const seen = (verdict) => [...document.querySelectorAll(`article.${verdict}`)].filter((e) => e.checkVisibility());
      document.title = `${seen('fail').length} fail, ${seen('review').length} review`;
    """
    seen = dom(driven(page, click))
    assert "8 of 14 entries, 9 of 15 assets" in seen
    assert "<title>0 fail, 5 review</title>" in seen


def test_a_slash_goes_to_the_search_and_escape_empties_it(dom: Dom, page: str) -> None:
    script = """
      document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));
      const box = document.getElementById('search');
      const there = document.activeElement === box;
      box.value = 'nothing has this'; box.dispatchEvent(new Event('input'));
      const none = document.getElementById('shown').textContent;
      box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
      document.title = [there, none, document.getElementById('shown').textContent].join(' | ');
    """
    seen = dom(driven(page, script))
    assert "<title>true | 0 of 14 entries, 0 of 15 assets | 14 of 14 entries, 15 of 15 assets</title>" in seen


@pytest.mark.parametrize("width", [1280, 800, 500])
def test_the_page_fits_the_window(dom: Dom, page: str, width: int) -> None:
    script = "document.title = document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'overflows';"
    assert "<title>fits</title>" in dom(driven(page, script), f"--window-size={width},900")


def test_the_page_loads_nothing_from_anywhere(dom: Dom, page: str) -> None:
    loaded = "performance.getEntriesByType('resource').filter((entry) => !entry.name.startsWith('data:'))"
    script = f"document.title = {loaded}.length;"
    assert "<title>0</title>" in dom(driven(page, script))


def test_a_picture_of_the_page_can_be_taken(dom: Dom, page: str, tmp_path: Path) -> None:
    from PIL import Image

    target = tmp_path / "page.png"
    dom(page, f"--screenshot={target}", "--window-size=1280,900")
    with Image.open(target) as shot:
        assert shot.size == (1280, 900)
        colours = shot.convert("RGB").getcolors(1 << 24) or []
    assert len(colours) > 50
