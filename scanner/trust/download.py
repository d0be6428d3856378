"""Getting one file over https: the only code of the product that opens a connection, and only on a person's command.

Nothing but https is spoken, the server's certificate is checked, no redirect is followed, and what comes is bounded in
size and time. Proxies are those of the environment (`HTTPS_PROXY`); they carry the encrypted connection and no more.
"""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path

from scanner import __version__
from scanner.errors import ProvscanError, UsageError

PATIENCE = 30.0
"""Seconds to wait for an answer, or for more of it."""
IN_ALL = 120.0
"""Seconds for the whole file."""
_CHUNK = 64 * 1024


class DownloadError(ProvscanError):
    """Something could not be downloaded, or isn't what it should be; nothing was changed."""

    exit_code = 4

    def __init__(self, url: str, why: object) -> None:
        super().__init__(f"{url}: {why}", hint="nothing was changed; try again later, or name a mirror with --from")


def fetch(url: str, limit: int, authorities: Path | None, patience: float = PATIENCE, in_all: float = IN_ALL) -> bytes:
    """What lies at an https URL.

    Args:
        url: where.
        limit: bytes that it may have.
        authorities: a PEM file of who vouches for the server, instead of whom this system trusts.
        patience: seconds to wait for an answer, or for more of it.
        in_all: seconds for the whole.

    Raises:
        UsageError: the URL isn't https, or the file of authorities can't be used.
        DownloadError: it can't be had within these bounds.
    """
    if not url.lower().startswith("https://"):
        raise UsageError(f"{url} is no https URL", hint="a trust list that anybody could change on its way is none")
    try:
        trusted = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    except (OSError, ValueError) as error:
        raise UsageError(f"--ca {authorities}: {error}", hint="give a file of PEM certificates") from error
    opener = urllib.request.OpenerDirector()  # without handlers of other protocols, or of redirects
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(context=trusted),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    until = time.monotonic() + in_all
    try:
        request = urllib.request.Request(url, headers={"User-Agent": f"provscan/{__version__}"})  # noqa: S310 - https, see above
        with opener.open(request, timeout=patience) as answer:
            return _read_bounded(answer, url, limit, until)
    except urllib.error.HTTPError as error:
        with error:
            raise DownloadError(url, _refusal(error)) from error
    except urllib.error.URLError as error:
        raise DownloadError(url, error.reason) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(url, str(error) or type(error).__name__) from error


def _read_bounded(answer: http.client.HTTPResponse, url: str, limit: int, until: float) -> bytes:
    content = b""
    while chunk := answer.read1(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise DownloadError(url, f"it is larger than {limit:,} bytes")
        if time.monotonic() > until:
            raise DownloadError(url, "it came too slowly")
    if answer.length:
        raise DownloadError(url, f"it ended {answer.length:,} bytes early")
    return content


def _refusal(error: urllib.error.HTTPError) -> str:
    if error.code // 100 == 3:  # noqa: PLR2004 - the class of redirects
        return f"the server points elsewhere ({error.headers.get('Location', 'nowhere')!r}), which is not followed"
    return f"the server answers {error.code} {error.reason}"
