import base64
import gzip
from pathlib import Path

from fixtures import inside_documents as inside


def test_a_project_is_text_and_what_is_embedded_in_it(tmp_path: Path) -> None:
    picture = base64.b64encode(inside.jpeg()).decode()
    for number, (body, count) in enumerate((("<a>words</a>", 0), (f"<a>{picture}</a>", 1))):
        path, spool = tmp_path / f"{number}.prproj", tmp_path / f"spool{number}"
        path.write_bytes(gzip.compress(f'<?xml version="1.0"?><PremiereData>{body}</PremiereData>'.encode()))
        found = inside.listed(path, spool)
        assert inside.by_id(found)["member:content"].harmless == "text of the project"
        assert list(inside.taken_out(found, spool).values()) == [inside.jpeg()] * count


def test_a_project_that_holds_something_else_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "a.prproj"
    path.write_bytes(gzip.compress(inside.jpeg()))
    found = inside.listed(path, tmp_path / "spool")
    assert inside.taken_out(found, tmp_path / "spool") == {"member:content": inside.jpeg()}
