"""What a report says of what it rests on."""

from datetime import date
from pathlib import Path

from detectors.credentials.signing import Authority
from scanner.run.inputs import overdue
from scanner.trust.lists import read_list_file


def test_a_list_is_overdue_after_the_day_of_its_next_update_and_not_on_it(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_bytes(Authority.make("Example CA").certificate_pem)
    listed = [
        read_list_file(pem, "manifest", "a", None, date(2026, 4, 2)).trust_list,
        read_list_file(pem, "manifest", "b").trust_list,
    ]
    assert overdue(listed, date(2026, 4, 2)) == ()
    (told,) = overdue(listed, date(2026, 4, 3))
    assert told["detector"] == "credentials"
    assert told["why"].startswith("the trust list a was to be replaced by 2026-04-02")
