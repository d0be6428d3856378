"""Reading XML of strangers: what is asked for is handed out, and nothing hostile gets further than a clear error."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.drop.packages.markup import Element, MarkupError, read

LAUGHS = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{}]><a><hash>&l9;</hash></a>""".format(
    "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
)
CANARY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a><hash>&x;</hash></a>'


def nodes(folder: Path, content: str | bytes, *wanted: str) -> list[Element]:
    path = folder / "list.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(path, wanted or ("hash",)))


def test_the_root_comes_first_and_then_what_is_wanted(tmp_path: Path) -> None:
    text = '<r xmlns="urn:x" v="2"><other><hash>1</hash></other><hash k="v"> 2 <hash>in</hash></hash></r>'
    root, first, second = nodes(tmp_path, text)
    assert (root.name, root.namespace, root.attributes, root.children) == ("r", "urn:x", {"v": "2"}, [])
    assert (first.text, second.attributes, second.said("hash")) == ("1", {"k": "v"}, "in")


def test_names_come_without_the_namespace_of_any_prefix(tmp_path: Path) -> None:
    _, node = nodes(
        tmp_path, '<a:r xmlns:a="urn:a" xmlns:b="urn:b"><b:hash b:size="1"><a:path>x</a:path></b:hash></a:r>'
    )
    assert (node.name, node.namespace, node.attributes, node.said("path")) == ("hash", "urn:b", {"size": "1"}, "x")


def test_a_text_in_pieces_is_one_and_spacing_between_children_is_none(tmp_path: Path) -> None:
    _, node = nodes(tmp_path, "<r><hash>\n <path>a<!-- -->&amp;<![CDATA[<b>]]></path>\n</hash></r>")
    assert (node.text, node.said("path")) == ("", "a&<b>")


def test_all_finds_below_but_not_within(tmp_path: Path) -> None:
    _, node = nodes(tmp_path, "<r><hash><x><n>1</n></x><n>2<n>3</n></n></hash></r>")
    assert [each.text for each in node.all("n")] == ["1", "2"]


def test_the_file_is_read_no_further_than_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("<r><hash/>" + " " * 200_000 + "broken")
    assert next(read(tmp_path / "a", ("hash",))).name == "r"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_any_declared_encoding_is_understood(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><r><hash>é</hash></r>'
    assert nodes(tmp_path, text.encode(encoding))[1].text == "é"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no sound XML"),
        ("not xml", "no sound XML"),
        ("<r><hash></r>", "no sound XML"),
        ("<r><hash/>", "no sound XML"),
        ("<r>\0</r>", "no sound XML"),
        ('<?xml version="1.0" encoding="klingon"?><r/>', "no sound XML"),
        ('<?xml version="1.0" encoding="utf-7"?><r/>', "no sound XML"),
        ("<r>&undefined;</r>", "no sound XML"),
        (LAUGHS, "defines entities"),
        (CANARY, "defines entities"),
        ("<!DOCTYPE r SYSTEM 'http://127.0.0.1/x.dtd'><r/>", "defines entities"),
        ("<a>" * 100, "nested more than"),
        ("<a>" * 1_000_000, "nested more than"),
        ("<r><hash>" + "<b/>" * 100_001, "holds more than"),
        ("<r><hash>" + "x" * 70_000, "longer than any name"),
        ('<r a="' + "x" * 2_000_000, "longer than a megabyte"),
        ("<r><!--" + "x" * 2_000_000, "longer than a megabyte"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_is_no_sane_xml_is_told(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(MarkupError, match=says):
        nodes(tmp_path, content)


def test_a_file_larger_than_the_cap_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.drop.packages.markup._SIZE", 100_000)
    with pytest.raises(MarkupError, match="larger than"):
        nodes(tmp_path, "<r>" + "<hash/>" * 50_000 + "</r>")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="symbolic link"):
        list(read(tmp_path / "link", ("hash",)))


pieces = st.sampled_from(
    ["<hash>", "</hash>", "<path a='1'>", "</path>", "<r xmlns='u'>", "</r>", "x", "&amp;", "&#0;", "<!--", "-->", "\0",
     "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE r [", "]>", "\ufeff", "é", "<", ">"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(pieces).map(lambda each: "".join(each).encode()), st.binary(max_size=200)))
def test_no_bytes_raise_anything_else(tmp_path: Path, content: bytes) -> None:
    try:
        found: Sequence[Element] = nodes(tmp_path, content)
    except MarkupError:
        return
    assert found
