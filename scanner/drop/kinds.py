"""What sort of thing a file is, by its bytes first and its name second.

A format is one lower-case word, a kind one of the drop's. Bytes that prove a format win over any extension. Where they
prove nothing (Targa, plain text, a lone MPEG frame) the extension may decide. Where they don't fit it either, the
format is `unknown`, of the kind that the name promises: a damaged movie is still a movie that somebody must look at.
It doesn't say what the scanner can open.
"""

import codecs
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from detectors.material import AssetKind
from scanner.drop.signatures import (
    signature,
    starts_mpeg_audio,
    starts_mpeg_video,
    starts_targa,
    starts_transport_stream,
)

HEAD_BYTES = 4096
"""Bytes of a file's start that `sniff` wants; with 65,547 it also finds an MXF behind the longest run-in."""

UNKNOWN = "unknown"

_KINDS: dict[AssetKind, str] = {
    "still": """
        png:png,apng jpeg:jpg,jpeg,jpe,jfif webp:webp tiff:tif,tiff,btf gif:gif bmp:bmp,dib psd:psd psb:psb
        jp2:jp2,j2k,j2c,jpf,jpx,jpc jxl:jxl heic:heic,heif,hif avif:avif exr:exr dpx:dpx cineon:cin,cineon hdr:hdr,rgbe
        pnm:pbm,pgm,ppm,pnm,pam,pfm tga:tga,targa,icb,vda,vst dds:dds ico:ico sgi:sgi,rgb,rgba
        cr2:cr2 cr3:cr3 nef:nef,nrw arw:arw,sr2,srf dng:dng raf:raf rw2:rw2 orf:orf pef:pef srw:srw x3f:x3f ari:ari,arx
    """,
    "video": """
        mov:mov,qt mp4:mp4,m4v,mov,3gp,3g2,f4v,m4s mxf:mxf mkv:mkv,mk3d webm:webm avi:avi,divx mpegts:ts,m2ts,mts
        mpeg:mpg,mpeg,vob,m2v,m1v,mpv flv:flv asf:wmv,asf gxf:gxf dv:dv,dif ivf:ivf y4m:y4m rm:rm,rmvb ogv:ogv
        h264:h264,264,avc,jsv hevc:h265,265,hevc
        r3d:r3d braw:braw crm:crm mlv:mlv cine:cine nev:nev
    """,
    "audio": """
        wav:wav,wave,bwf,bw64 rf64:wav,rf64,bw64 w64:w64 mp3:mp3 mp2:mp2,mpa flac:flac ogg:ogg,oga,opus,spx
        aiff:aif,aiff,aifc m4a:m4a,m4b,mp4 mp4:m4a,m4b aac:aac,adts ac3:ac3,eac3,ec3 dts:dts caf:caf au:au,snd ape:ape
        wavpack:wv amr:amr asf:wma
    """,
    "document": """
        pdf:pdf,ai svg:svg xml:xml,mhl,fcpxml,cpl,pkl,ccc,cdl,dae xmp:xmp html:html,htm,xhtml text:txt,text,log,md
        csv:csv,tsv json:json yaml:yaml,yml srt:srt vtt:vtt,webvtt ass:ass,ssa scc:scc ttml:ttml,dfxp,itt,imsc,xml
        ebu_stl:stl eps:eps,ps indd:indd rtf:rtf doc:doc xls:xls ppt:ppt docx:docx xlsx:xlsx
        pptx:pptx odt:odt ods:ods odp:odp epub:epub
    """,
    "other": """
        zip:zip,cbz,jar gzip:gz,tgz bzip2:bz2,tbz xz:xz,txz zstd:zst 7z:7z rar:rar tar:tar
        cube:cube,3dl,csp,lut,look,spi1d,spi3d,vlt,mga edl:edl ale:ale otio:otio aaf:aaf ole:msg
        prproj:prproj drp:drp,dra aep:aep avb:avb,avp nk:nk,gizmo blend:blend maya:ma,mb houdini:hip,hiplc,bgeo
        usd:usd,usda,usdc,usdz fbx:fbx abc:abc gltf:gltf,glb obj:obj,mtl playlist:m3u,m3u8,ffconcat
        otf:otf ttf:ttf,ttc woff:woff,woff2 program:exe midi:mid,midi sqlite:sqlite c2pa:c2pa
    """,
}


@dataclass(frozen=True, slots=True)
class Format:
    """A file's format word, and the kind of asset it makes when it stands alone."""

    name: str
    kind: AssetKind


def _tables() -> tuple[dict[str, Format], dict[str, list[Format]]]:
    """Formats by word (the first kind listed stands), and by extension in the order of likelihood."""
    formats: dict[str, Format] = {}
    promises: dict[str, list[Format]] = {}
    for kind, rows in _KINDS.items():
        for row in rows.split():
            word, _, extensions = row.partition(":")
            form = Format(word, kind)
            formats.setdefault(word, form)
            for extension in extensions.split(","):
                promises.setdefault(extension, []).append(form)
    return formats, promises


_FORMATS, _PROMISES = _tables()

CAMERA_RAW = frozenset(
    "cr2 cr3 nef arw dng raf rw2 orf pef srw x3f ari r3d braw crm mlv cine nev".split()  # noqa: SIM905 - as in the table above
)
"""Formats of sensor data: pictures by trade, which no reader here develops."""

ARCHIVES = frozenset({"zip", "tar", "gzip", "bzip2", "xz", "zstd", "7z", "rar"})
"""Formats whose members are files that somebody packed: assets of the drop, not parts of one."""

_WITHIN = {
    "tiff": frozenset({"nef", "arw", "dng", "cr2", "pef", "srw"}),
    "mov": frozenset({"braw"}),
    "mp4": frozenset({"braw"}),
    "cr3": frozenset({"crm"}),
    "zip": frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "usd", "drp"}),
    "gzip": frozenset({"prproj"}),
    "ole": frozenset({"aaf", "doc", "xls", "ppt"}),
}
"""Formats that use a general container without a mark of their own: there the extension tells which it is."""
_TEXTUAL = frozenset(
    "text csv json yaml srt vtt ass scc edl ale otio cube nk maya usd gltf obj playlist pnm".split()  # noqa: SIM905 - as in the table above
)
"""Formats that are plain text, or may be, and that only their extension tells apart."""
_WITHOUT_PICTURE_OR_SOUND = frozenset(
    "text csv json yaml srt vtt ass scc ttml ebu_stl xml xmp cube edl ale otio nk maya gltf obj playlist otf ttf woff "  # noqa: SIM905 - as in the table above
    "program midi sqlite".split()
)
"""Formats that are known to hold neither picture nor sound, whatever their kind."""
_UNMARKED: dict[str, Callable[[bytes], bool]] = {
    "tga": starts_targa,
    "mp3": starts_mpeg_audio,
    "mp2": starts_mpeg_audio,
    "mpegts": starts_transport_stream,
    "h264": starts_mpeg_video,
    "hevc": starts_mpeg_video,
}
"""Formats whose bytes alone are no proof, with what they must at least show."""
_TEXT_STARTS: tuple[tuple[str, str], ...] = (
    (r"%PDF-", "pdf"),
    (r"%!PS", "eps"),
    (r"\{\\rtf", "rtf"),
    (r"YUV4MPEG2 ", "y4m"),
    (r"#EXTM3U", "playlist"),
    (r"ffconcat version", "playlist"),
    (r"WEBVTT(?!\S)", "vtt"),
    (r"\[Script Info\]", "ass"),
    (r"Scenarist_SCC", "scc"),
    (r"\d+[ \t]*\r?\n\d\d:\d\d:\d\d[,.]\d{1,3} --> ", "srt"),
    (r"(?i)<!doctype\s+html|<html", "html"),
    (r"<\?xpacket|<x:xmpmeta", "xmp"),
    (r"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])", "xml"),
)
_ROOTS = {"svg": "svg", "html": "html", "tt": "ttml", "xmpmeta": "xmp"}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s>/])")
_ASIDE = re.compile(r"(?s)<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>")
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1b")


def sniff(head: bytes, name: str) -> Format:
    """The format of a file from its first bytes (`HEAD_BYTES` are enough) and its base name."""
    promised = _promised(name)
    text = _as_text(head)
    if text:
        return _of_text(text, promised)
    word = signature(head)
    if word:
        within = _WITHIN.get(word, frozenset()) | {word}
        return next((format_ for format_ in promised if format_.name in within), _FORMATS[word])
    for format_ in promised:
        if _may_be(format_.name, head):
            return format_
    return Format(UNKNOWN, promised[0].kind if promised else "other")


def may_show(form: Format) -> bool:
    r"""Whether there may be a picture or sound in such a file, as what it is or inside it (documents, archives).

    Of bytes that nothing proves, the name decides: a damaged movie may show something, a file of no known sort doesn't.

    >>> may_show(sniff(b"\x89PNG\r\n\x1a\n", "Thumbs.db")), may_show(sniff(b"a note", "notes"))
    (True, False)
    """
    if form.name == UNKNOWN:
        return form.kind != "other"
    return form.name not in _WITHOUT_PICTURE_OR_SOUND


def expected_formats(name: str) -> frozenset[str]:
    """The format words that the name's extension promises; none for an extension that promises nothing known.

    >>> sorted(expected_formats("A001.MOV"))
    ['mov', 'mp4']
    """
    return frozenset(format_.name for format_ in _promised(name))


def promises_media(name: str) -> bool:
    """Whether the name's extension is one of pictures or sound, whatever the bytes are.

    >>> promises_media("A001.MOV"), promises_media("notes.txt")
    (True, False)
    """
    return any(format_.kind in {"still", "video", "audio"} for format_ in _promised(name))


def _promised(name: str) -> list[Format]:
    return _PROMISES.get(os.path.splitext(name)[1][1:].lower(), [])  # noqa: PTH122 - Path() would fold odd names


def _may_be(word: str, head: bytes) -> bool:
    if word in _TEXTUAL:  # in an encoding older than Unicode
        return bool(head) and _CONTROLS.isdisjoint(head)
    return word in _UNMARKED and _UNMARKED[word](head)


def _as_text(head: bytes) -> str | None:
    """The bytes as text, or None where they are none. A character cut at the end is left off."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and not _CONTROLS.isdisjoint(head):
        return None
    try:
        text = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    return text if _CONTROLS.isdisjoint(map(ord, text)) else None


def _of_text(text: str, promised: list[Format]) -> Format:
    start = text.lstrip()
    for expression, word in _TEXT_STARTS:
        if re.match(expression, start):
            return _FORMATS[_root_of(start) if word == "xml" else word]
    return next((format_ for format_ in promised if format_.name in _TEXTUAL), _FORMATS["text"])


def _root_of(text: str) -> str:
    """The word for the root element. What stands before it is passed over once, so that it can't take long."""
    at = text.find("<")
    while at >= 0 and (aside := _ASIDE.match(text, at)):
        at = text.find("<", aside.end())
    root = _ROOT.search(text, at) if at >= 0 else None
    return _ROOTS.get(root[1].lower(), "xml") if root else "xml"
