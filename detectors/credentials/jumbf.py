"""Just enough of JUMBF and CBOR to take the certificates of a signature out of a manifest store.

The library tells a signer's name and dates, and not the certificates. It parses nothing else, and believes nothing:
whoever asks has had the store checked by the library.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_X5CHAIN = (33, "x5chain")
"""The header of the certificates: its number (RFC 9360), and the name that drafts of C2PA had for it."""
_HEADER = 17
"""Bytes of a description before the label: the type, and a byte of flags (ISO/IEC 19566-5, 6.4)."""
_DEEPEST = 16
_MOST = 10_000


class MalformedError(ValueError):
    """Bytes that aren't what they should be."""


def certificates(store: bytes, label: str) -> list[bytes]:
    """The certificates (DER) with which the manifest of that label was signed, the signer's own first.

    Raises:
        MalformedError: there is no such manifest, more than one, or its signature can't be read.
    """
    stores = [content for kind, content in _boxes(store) if kind == b"jumb"]
    manifests = [inner for content in stores for name, inner in _named(content) if name == label]
    signatures = [inner for content in manifests for name, inner in _named(content) if name == "c2pa.signature"]
    signed = [content for inner in signatures for kind, content in _boxes(inner) if kind == b"cbor"]
    if not (len(manifests) == len(signatures) == len(signed) == 1):
        raise MalformedError("there is not one signature, but several or none")
    message = _Cbor(signed[0]).value()
    if not isinstance(message, list) or len(message) != 4:  # noqa: PLR2004 - COSE_Sign1, RFC 9052, 4.2
        raise MalformedError("the signature is no COSE_Sign1")
    protected = _Cbor(message[0]).value() if isinstance(message[0], bytes) and message[0] else {}
    for header in (protected, message[1]):
        header_value = (
            next((header[key] for key in _X5CHAIN if key in header), None) if isinstance(header, dict) else None
        )
        values = header_value if isinstance(header_value, list) else [header_value]
        chain = [certificate for certificate in values if isinstance(certificate, bytes)]
        if chain:
            return chain
    raise MalformedError("the signature has no certificates")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the content of each of the boxes that follow one another."""
    at = 0
    while at + 8 <= len(data):
        size, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or len(data) - at
        if size < head or at + size > len(data):
            raise MalformedError("a box is longer than what holds it")
        yield kind, data[at + head : at + size]
        at += size


def _named(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The label and the content of each superbox in the content of a superbox."""
    for kind, inner in _boxes(content):
        if kind == b"jumb":
            first = next(_boxes(inner), (b"", b""))
            label = first[1][_HEADER:].partition(b"\0")[0]
            yield label.decode("utf-8", "replace"), inner


@dataclass
class _Cbor:
    """A reader of one CBOR item of definite length (RFC 8949); floats and whatever else no header needs are None."""

    data: bytes
    at: int = 0
    items: int = 0

    def value(self, deep: int = 0) -> object:
        self.items += 1
        if deep > _DEEPEST or self.items > _MOST:
            raise MalformedError("it is nested too deep, or too long")
        major, short = divmod(self._take(1)[0], 32)
        number = self._number(short)
        if major in {0, 1}:
            return number if major == 0 else -1 - number
        if major in {2, 3}:
            text = self._take(number)
            return text if major == 2 else text.decode("utf-8", "replace")  # noqa: PLR2004 - RFC 8949, 3.1
        if major == 4:  # noqa: PLR2004 - the same
            return [self.value(deep + 1) for _ in range(self._few(number))]
        if major == 5:  # noqa: PLR2004 - the same
            return dict(self._pair(deep) for _ in range(self._few(number)))
        return self.value(deep + 1) if major == 6 else None  # noqa: PLR2004 - a tag; or a simple value

    def _pair(self, deep: int) -> tuple[int | str, object]:
        key = self.value(deep + 1)
        if not isinstance(key, int | str):
            raise MalformedError("a key is neither a number nor a text")
        return key, self.value(deep + 1)

    def _number(self, short: int) -> int:
        if short < 24:  # noqa: PLR2004 - RFC 8949, 3
            return short
        if short > 27:  # noqa: PLR2004 - the same
            raise MalformedError("lengths that aren't stated are not read")
        return int.from_bytes(self._take(1 << short - 24), "big")

    def _few(self, number: int) -> int:
        if number > len(self.data):
            raise MalformedError("more items than bytes")
        return number

    def _take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise MalformedError("it ends too soon")
        self.at += count
        return taken
