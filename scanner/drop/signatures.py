"""What a file's first bytes alone say it is, whatever its name: magic numbers, brands, document types, sync bytes.

It answers only where the bytes are telling; what a name may add, and what text says, is `kinds`' business. Nothing is
parsed beyond the header, and no bytes make it raise.

Sources: the formats' own specifications where a function names one, else the tables of libmagic and of ffmpeg's
demuxers.
"""

import re

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    # pictures
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"8BPS\x00\x01", "psd"),
    (b"8BPS\x00\x02", "psb"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),  # a bare codestream
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\x76\x2f\x31\x01", "exr"),
    (b"SDPX", "dpx"),
    (b"XPDS", "dpx"),
    (b"\x80\x2a\x5f\xd7", "cineon"),
    (b"\xd7\x5f\x2a\x80", "cineon"),
    (b"#?RADIANCE", "hdr"),
    (b"#?RGBE", "hdr"),
    (b"DDS ", "dds"),
    (b"\x01\xda\x00\x01", "sgi"),
    (b"\x01\xda\x00\x02", "sgi"),
    (b"\x01\xda\x01\x01", "sgi"),
    (b"\x01\xda\x01\x02", "sgi"),
    # camera raw
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"IIU\x00", "rw2"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"FOVb", "x3f"),
    (b"ARRI", "ari"),
    (b"MLVI", "mlv"),
    (b"CI\x2c\x00", "cine"),
    # moving pictures
    (b"\x00\x00\x01\xba", "mpeg"),  # a program stream
    (b"\x00\x00\x01\xb3", "mpeg"),  # MPEG-1 or MPEG-2 video alone
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x00\x00\x01\xbc", "gxf"),
    (b"\x1f\x07\x00", "dv"),
    (b"DKIF", "ivf"),
    (b"YUV4MPEG2", "y4m"),
    (b".RMF", "rm"),
    # sound
    (b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", "w64"),
    (b"fLaC", "flac"),
    (b"caff\x00\x01", "caf"),
    (b".snd", "au"),
    (b"MAC ", "ape"),
    (b"wvpk", "wavpack"),
    (b"#!AMR", "amr"),
    (b"\x0b\x77", "ac3"),
    (b"\x7f\xfe\x80\x01", "dts"),
    (b"MThd", "midi"),
    # documents
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"%!PS-", "eps"),  # with binary data among its text
    (b"{\\rtf", "rtf"),  # the same
    (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", "indd"),
    # the rest of what a production hands over
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"OTTO", "otf"),
    (b"\x00\x01\x00\x00\x00", "ttf"),
    (b"ttcf", "ttf"),
    (b"wOFF", "woff"),
    (b"wOF2", "woff"),
    (b"BLENDER", "blend"),
    (b"PXR-USDC", "usd"),
    (b"Kaydara FBX Binary", "fbx"),
    (b"Ogawa", "abc"),
    (b"glTF", "gltf"),
)
_PARTITION_PACK = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"  # SMPTE ST 377-1, 6.5: a run-in can't hold these 11
_RUN_IN = 65_536
_RIFF_FORMS = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp", b"Egg!": "aep"}
_FIRST_BOXES = {
    **dict.fromkeys(
        (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"), "mov"
    ),  # QuickTime before there were brands
    **dict.fromkeys((b"moof", b"sidx"), "mp4"),  # a segment of a longer movie
}
_SYNCS = 3
"""How many transport packets in a row make a stream."""


def signature(head: bytes) -> str | None:
    """The format word that the bytes prove, or None where they don't tell."""
    for prefix, word in _PREFIXES:
        if head.startswith(prefix):
            return word
    for look in (_iff, _boxes, _matroska, _tiff, _bmp, _ogg, _sound_stream, _transport_stream, _inside):
        proven = look(head)
        if proven:
            return proven
    return None


def starts_mpeg_video(head: bytes) -> bool:
    """Whether an elementary stream may begin here: H.264 and HEVC have no other mark (ISO/IEC 14496-10 annex B)."""
    return head.startswith((b"\x00\x00\x01", b"\x00\x00\x00\x01"))


def starts_mpeg_audio(head: bytes) -> bool:
    """Whether one MPEG audio frame header stands at the start: too little to tell by itself."""
    return _mpeg_frame(head) > 0


def starts_transport_stream(head: bytes) -> bool:
    """Whether a packet's sync byte stands where one may: too little to tell by itself."""
    return b"G" in {head[:1], head[4:5]}


def starts_targa(head: bytes) -> bool:
    """Whether the fields of a Targa header (Truevision TGA 2.0) hold values that exist; it has no mark at its start."""
    if len(head) < 18:  # noqa: PLR2004 - the header's length
        return False
    width, height = int.from_bytes(head[12:14], "little"), int.from_bytes(head[14:16], "little")
    return bool(
        head[1] in {0, 1} and head[2] in {1, 2, 3, 9, 10, 11} and width and height and head[16] in {8, 15, 16, 24, 32}
    )


def _iff(head: bytes) -> str | None:
    form = head[8:12]
    if head[:4] in {b"RIFF", b"RIFX"}:
        return _RIFF_FORMS.get(form)
    if head[:4] in {b"RF64", b"BW64"} and form == b"WAVE":  # EBU Tech 3306; ITU-R BS.2088
        return "rf64"
    if head[:4] == b"FORM" and form in {b"AIFF", b"AIFC"}:
        return "aiff"
    return None


def _boxes(head: bytes) -> str | None:
    """ISO base media (ISO/IEC 14496-12): by its brands, or by its first box where it is older than brands."""
    kind = head[4:8]
    if kind in {b"ftyp", b"styp"}:
        length = int.from_bytes(head[:4], "big")
        names = head[8:12] + head[16 : max(16, min(length, 512))]
        return _by_brand([names[i : i + 4] for i in range(0, len(names) - 3, 4)])
    if kind == b"jumb":
        return "c2pa"
    if head[4:7] == b"RED" and head[7:8] in {b"1", b"2"}:
        return "r3d"
    return _FIRST_BOXES.get(kind)


def _by_brand(brands: list[bytes]) -> str:
    distinct = frozenset(brands)
    if distinct & {b"avif", b"avis"}:
        return "avif"
    if distinct & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"} or brands[:1] in ([b"mif1"], [b"msf1"]):
        return "heic"
    if b"crx " in distinct:
        return "cr3"
    return {b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a", b"M4P ": "m4a"}.get(brands[0] if brands else b"", "mp4")


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    doc_type = re.search(rb"\x42\x82[\x81-\x8f]([a-z]+)", head[:256])  # DocType, RFC 8794 11.2.6
    return "webm" if doc_type and doc_type[1].startswith(b"webm") else "mkv"


def _tiff(head: bytes) -> str | None:
    if not head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00\x08\x00", b"MM\x00+\x00\x08")):
        return None
    return "cr2" if head[8:10] == b"CR" else "tiff"


def _bmp(head: bytes) -> str | None:
    plausible = head[:2] == b"BM" and head[6:10] == bytes(4) and head[15:18] == bytes(3)
    return "bmp" if plausible and head[14] in {12, 40, 52, 56, 64, 108, 124} else None


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "ogv" if b"\x80theora" in head else "ogg"


def _sound_stream(head: bytes) -> str | None:
    """MPEG audio behind an ID3v2 tag, or two of its frames in a row."""
    if head.startswith(b"ID3") and len(head) >= 10:  # noqa: PLR2004 - the tag header's length (ID3v2.4, 3.1)
        size = sum((head[6 + i] & 0x7F) << (21 - 7 * i) for i in range(4))
        behind = head[10 + size :]
        if behind.startswith(b"fLaC"):
            return "flac"
        return "aac" if _adts_frame(behind) else "mp3"
    for frame, word in ((_adts_frame, "aac"), (_mpeg_frame, "mp2" if head[1:2] in _LAYER_II else "mp3")):
        length = frame(head)
        if length and frame(head[length:]):
            return word
    return None


def _adts_frame(head: bytes) -> int:
    """The length of the AAC frame that starts here, 0 where none does (ISO/IEC 14496-3, 1.A.2.2)."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:  # noqa: PLR2004 - header length, sync, rates
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0  # noqa: PLR2004 - longer than its own header


def _mpeg_frame(head: bytes) -> int:
    """The length of the layer II or III frame that starts here, 0 where none does (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - header length, sync
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer not in {1, 2} or bitrate in {0, 15} or rate == 3:  # noqa: PLR2004 - reserved values
        return 0
    first = version == 3  # noqa: PLR2004 - MPEG-1
    kilobits = _KILOBITS[(first, layer)][bitrate]
    hertz = (44100, 48000, 32000)[rate] >> {3: 0, 2: 1, 0: 2}[version]
    samples = 1152 if first or layer == 2 else 576  # noqa: PLR2004 - layer II
    return samples // 8 * kilobits * 1000 // hertz + (head[2] >> 1 & 1)


_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LAYER_II = frozenset({b"\xfd", b"\xfc", b"\xf5", b"\xf4", b"\xe5", b"\xe4"})
_KILOBITS = {  # by whether it is MPEG-1, and the layer's two bits (1: III, 2: II)
    (True, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 1): _LOW,
    (False, 2): _LOW,
}


def transport_packet(head: bytes) -> int:
    """The bytes of a transport stream's packets, 0 where it is none (ISO/IEC 13818-1).

    188, with 4 bytes of time before each (M2TS) or 16 of correction after.
    """
    for size, offset in ((188, 0), (192, 4), (204, 0)):
        marks = head[offset::size]
        if len(marks) >= _SYNCS and not marks.strip(b"G"):
            return size
    return 0


def _transport_stream(head: bytes) -> str | None:
    return "mpegts" if transport_packet(head) else None


def _inside(head: bytes) -> str | None:
    """What says what it is a little further on."""
    if re.match(rb"P[1-7fF]\s", head):
        return "pnm"
    if head[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in head[:1024]:  # as readers do, though ISO 32000-2 wants it first
        return "pdf"
    if head[3:6] == b"STL" and head[8:11] == b".01":  # EBU Tech 3264
        return "ebu_stl"
    if head[:4] == b"\0\0\1\0" and head[4:5] != b"\0" and head[5:6] == head[9:10] == b"\0":
        return "ico"
    return "mxf" if _PARTITION_PACK in head[: _RUN_IN + len(_PARTITION_PACK)] else None
