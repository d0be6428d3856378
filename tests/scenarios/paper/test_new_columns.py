"""The fields of consents, licences, deliveries, tools and words to viewers, in tables as in YAML."""

from datetime import date
from pathlib import Path

import pytest

from fixtures.paper import PRODUCTION, TOOLS, book, declaration, text
from scanner.clearance.paper.reader import load
from scanner.errors import PaperError
from scanner.terms.words import Use

SHEETS = {
    "deliveries.csv": "Delivery ID,Stage,Delivery Date,Media,Territories,Runs Until\n"
    "DEL-1,final,2026-03-31,svod; theatrical,FR; BE,2027-03-31\n",
    "consents.csv": "Consent ID,Performer,Kind,Granted,Withdrawn,Minor,Guardian,Production,Description,Uses,Media,"
    "Territories,Evidence File\nCON-1,A. Actor,voice,2026-01-15,2026-03-01,yes,P. Actor,TLW-81234567,dubbing,"
    "voice; localization,svod,FR; BE,c.pdf\n",
    "licences.csv": "Licence ID,Reference,Start Date,End Date,Revoked,Media,Territories,Evidence File\n"
    "LIC-1,posters/017.tif,2025-11-01,2035-10-31,2026-03-01,svod,FR,l.pdf\n",
    "tools.csv": "Key,Name,Content Credentials,Terms File\nsigning,Signing Tool,yes,t.pdf\n",
    "declarations.csv": "Declaration ID,AI Used,File,Tool,Use Category,Audience Disclosure,Disclosure Card,"
    "Disclosure Evidence,Declared By\n"
    "DEC-1,yes,VFX/a.mov,signing,final_vfx,words on a card,end card,card.png,J. Perez\n",
}


def files(folder: Path, **changes: str) -> list[Path]:
    """The sheets in a folder, some of them changed, with the production beside them."""
    for name, content in (SHEETS | {f"{key}.csv": value for key, value in changes.items()}).items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "production.yaml").write_text(text({"production": PRODUCTION}), encoding="utf-8")
    return sorted(folder.iterdir())


def test_tables_say_what_yaml_does(tmp_path: Path) -> None:
    paper = load(files(tmp_path))
    (delivery,), (consent,), (licence,), (declared,) = (
        paper.deliveries,
        paper.consents,
        paper.licences,
        paper.declarations,
    )
    assert (delivery.media, delivery.territories) == (("svod", "theatrical"), ("FR", "BE"))
    assert delivery.runs_until == date(2027, 3, 31)
    assert (consent.withdrawn, consent.minor, consent.guardian) == (date(2026, 3, 1), "yes", "P. Actor")
    assert (consent.scope.uses, consent.scope.media) == ((Use.VOICE, Use.LOCALIZATION), ("svod",))
    assert consent.scope.territories == ("FR", "BE")
    assert (licence.revoked, licence.scope.territories) == (date(2026, 3, 1), ("FR",))
    assert paper.tools["signing"].content_credentials == "yes"
    told = declared.audience_disclosure
    assert told is not None
    assert (told.how, told.card, told.evidence and told.evidence.file) == ("words on a card", "end card", "card.png")
    assert paper.proof("declarations", "DEC-1") == "missing"


def test_a_no_in_the_column_for_viewers_is_a_mistake_at_its_cell(tmp_path: Path) -> None:
    wrong = SHEETS["declarations.csv"].replace("words on a card", "no")
    with pytest.raises(PaperError) as raised:
        load(files(tmp_path, declarations=wrong))
    (mistake,) = raised.value.mistakes
    assert "how: 'no' doesn't say anything" in str(mistake)
    assert "declarations.csv" in str(mistake)


def test_days_that_run_backwards_are_mistakes(tmp_path: Path) -> None:
    backwards = files(
        tmp_path,
        consents=SHEETS["consents.csv"].replace("2026-03-01", "2026-01-01"),
        deliveries=SHEETS["deliveries.csv"].replace("2027-03-31", "2026-03-30"),
    )
    with pytest.raises(PaperError) as raised:
        load(backwards)
    said = [str(mistake) for mistake in raised.value.mistakes]
    assert any("withdrawn: 2026-01-01 lies before granted, 2026-01-15" in each for each in said)
    assert any("runs_until: 2026-03-30 lies before delivered, 2026-03-31" in each for each in said)


def test_a_file_that_shows_how_viewers_are_told_is_looked_up_as_any_evidence(tmp_path: Path) -> None:
    told = {"how": "words on a card", "card": "end card", "evidence": {"file": "../card.png"}}
    (tmp_path / "d.yaml").write_text(
        text(book(tools=TOOLS, declarations=[declaration(audience_disclosure=told)])), encoding="utf-8"
    )
    with pytest.raises(PaperError) as raised:
        load([tmp_path / "d.yaml"])
    assert "'../card.png' leads out" in str(raised.value.mistakes[0])
