"""Over https or not at all, no further than asked, and never without end."""

import ast
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from fixtures.trust import Answer, Server, serving
from scanner.errors import UsageError
from scanner.trust.download import DownloadError, fetch

ROOT = Path(__file__).parents[3]
LIMIT = 1000


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/list")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def silent(_: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "900")
    handler.end_headers()
    handler.wfile.write(b"x")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    answers: dict[str, bytes | Answer] = {
        "/list": b"content",
        "/large": b"x" * (LIMIT + 1),
        "/moved": elsewhere,
        "/dripping": dripping,
        "/silent": silent,
        "/cut": cut_short,
    }
    with serving(tmp_path_factory.mktemp("server"), answers) as running:
        yield running


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_what_lies_there_comes(server: Server) -> None:
    assert fetch(f"{server.url}/list", LIMIT, server.authority) == b"content"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("large", "larger than 1,000 bytes"),
        ("moved", "points elsewhere"),
        ("dripping", "too slowly"),
        ("silent", "timed out"),
        ("cut", "899 bytes early"),
        ("absent", "answers 404"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(server: Server, path: str, why: str) -> None:
    before = len(server.asked)
    with pytest.raises(DownloadError, match=why):
        fetch(f"{server.url}/{path}", LIMIT, server.authority, patience=0.4, in_all=0.3)
    assert server.asked[before:] == [f"/{path}"]


def test_a_server_that_nobody_vouches_for_is_asked_nothing(server: Server) -> None:
    before = list(server.asked)
    with pytest.raises(DownloadError, match="certificate verify failed"):
        fetch(f"{server.url}/list", LIMIT, None)
    assert server.asked == before


@pytest.mark.parametrize("url", ["http://127.0.0.1/list", "file:///etc/passwd", "ftp://127.0.0.1/list", "list"])
def test_nothing_but_https_is_spoken(url: str) -> None:
    with pytest.raises(UsageError, match="no https URL"):
        fetch(url, LIMIT, None)


def test_a_server_that_is_not_there_and_authorities_that_are_none_are_told(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="refused"):
        fetch("https://127.0.0.1:1/list", LIMIT, server.authority)
    for name in ("absent.pem", "empty.pem"):
        (tmp_path / "empty.pem").touch()
        with pytest.raises(UsageError, match=name):
            fetch(f"{server.url}/list", LIMIT, tmp_path / name)


def test_nothing_else_of_the_product_can_open_a_connection() -> None:
    network = {"urllib.request", "http.client", "socket", "ssl", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
    found = {
        file.relative_to(ROOT).as_posix()
        for package in ("scanner", "detectors")
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and network & {alias.name for alias in node.names})
        or (isinstance(node, ast.ImportFrom) and node.module in network)
    }
    assert found == {"scanner/trust/download.py"}
