"""Which column of a sheet says what: heads as productions write them, in English and French, and the fields they mean.

Heads are compared without case, accents and punctuation. Every field is also known by its own name in the YAML form,
with dots or spaces (`approver.org`, `scope stages`).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType


class ColumnKind(StrEnum):
    """How a cell is read. A list is separated by semicolons; `FLAG` adds a word to a list where the answer is yes."""

    TEXT = "text"
    NAME = "name"  # whole numbers are taken too: ids that count
    LIST = "list"
    DAY = "day"
    FRAMES = "frames"
    ANSWER = "yes or no"
    FLAG = "flag"
    REMARK = "remark"  # for people only


@dataclass(frozen=True, slots=True)
class Column:
    """One known column. `field`: where its value goes in an entry; the parts of `word` are what a flag adds."""

    field: tuple[str, ...]
    kind: ColumnKind = ColumnKind.TEXT
    heads: tuple[str, ...] = ()
    word: str = ""


def _text(field: str, *heads: str, kind: ColumnKind = ColumnKind.TEXT) -> Column:
    return Column(tuple(field.split(".")), kind, heads)


def _list(field: str, *heads: str) -> Column:
    return _text(field, *heads, kind=ColumnKind.LIST)


def _day(field: str, *heads: str) -> Column:
    return _text(field, *heads, kind=ColumnKind.DAY)


def _answer(field: str, *heads: str) -> Column:
    return _text(field, *heads, kind=ColumnKind.ANSWER)


def _flag(word: str, *heads: str) -> Column:
    return Column(("involves",), ColumnKind.FLAG, heads, word)


_EVIDENCE = (
    _text("evidence.file", "Evidence File", "Evidence", "Preuve", "Justificatif"),
    _text("evidence.sha256", "Evidence SHA256", "Evidence Checksum"),
    _text("evidence.kind", "Evidence Kind", "Evidence Type"),
)

_TOOL_FACTS = (
    _text("version", "Tool Version", "Version"),
    _text("vendor", "Tool Vendor", "Vendor", "Fournisseur", "Editeur"),
    _text("model", "Tool Model", "Model Version", "Modele"),
    _text("licence_tier", "Licence Tier", "License Tier", "Plan Type"),
    _answer("enterprise_agreement", "Enterprise", "Enterprise Agreement", "Secure", "Contrat entreprise"),
    _answer("stores_inputs", "Stores Inputs", "Conserve les entrees"),
    _answer("trains_on_inputs", "Trains On Inputs", "Entraine sur les entrees"),
    _answer("content_credentials", "Content Credentials", "Signs Its Outputs"),
)
"""Of a tool, in its own sheet or beside a declaration."""

_INLINE_APPROVAL = (
    _text("approver.name", "Approved By", "Approuve par", "Approver"),
    _text("approver.role", "Approver Role"),
    _text("approver.org", "Org", "Approver Org", "Approved By Org", "Organisation"),
    _day("granted", "Approval Date", "Date Approved", "Approved On", "Date d'approbation"),
    _day("expires", "Expiry", "Approval Expiry", "Expires", "Expiration"),
    _list("scope.stages", "Approval Stages", "Approved For", "Approval Stage"),
    *_EVIDENCE,
)
"""Of an approval that stands beside a declaration, on a wide sheet."""

_DECISION = (
    _text("finding", "Finding", "Finding ID", "Constat"),
    _text("reason", "Reason", "Motif"),
    _text("note", "Note", "Comment", "Commentaire"),
    _text("by.org", "By Org", "Org", "Organisation"),
    _day("created", "Created", "Date"),
    _day("expires", "Expires", "Until", "Jusqu'au"),
)
"""Of a waiver or a confirmation, besides its id and who gave it."""


SECTIONS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "production": (
            _text("title", "Production", "Show", "Titre"),
            _text("id", "Production ID", "Show ID", kind=ColumnKind.NAME),
            _text("eidr"),
            _text("kind", "Genre", "Type"),
            _list("rights_holders", "Rights Holders", "Ayants droit"),
            _list("approver_orgs", "Approver Organisations", "Who May Approve"),
            _text("timezone", "Time Zone", "Fuseau horaire"),
            _text("fps", "Frame Rate", "Rate", "Cadence", kind=ColumnKind.FRAMES),
            _text("policy", "Policy"),
        ),
        "watch_names": (_text("name", "Watch Name", "Nom"),),
        "deliveries": (
            _text("id", "Delivery ID", "Delivery", "Livraison", kind=ColumnKind.NAME),
            _text("stage", "Submitting For", "Etape"),
            _text("root", "Folder", "Dossier"),
            _day("delivered", "Delivered", "Delivery Date", "Date de livraison"),
            _text("vendor", "Vendor", "Prestataire"),
            _list("media", "Media"),
            _list("territories", "Territories", "Territoires"),
            _day("runs_until", "Runs Until", "Run Ends", "Fin d'exploitation"),
            _text("manifest.file", "Manifest"),
            _text("conform.file", "Conform"),
            _text("conform.asset", "Master"),
            _text("conform.reel", "Reel", "Bobine"),
        ),
        "tools": (
            _text("key", "Tool ID", "Key", "ID", "Ref", kind=ColumnKind.NAME),
            _text("name", "Tool", "Name", "AI Tool", "Software", "Outil", "Nom"),
            *_TOOL_FACTS,
            _list("aliases", "Also Known As", "Alias"),
            _text("terms.ref", "Terms"),
            _text("terms.file", "Terms File"),
            _text("terms.sha256", "Terms SHA256"),
        ),
        "declarations": (
            _text("id", "Declaration ID", "ID", "Ref", "No", "Numero", kind=ColumnKind.NAME),
            _answer("ai_used", "AI Used", "GenAI", "GenAI Used", "IA", "Uses AI", "IA utilisee"),
            _list("deliveries", "Delivery", "Delivery ID", "Livraison"),
            _list("path", "File / Path", "File", "Path", "Filename", "Relative Path", "Asset", "Fichier", "Chemin"),
            _list("sha256", "Checksum", "SHA256", "Hash", "Somme de controle"),
            _list("sequence", "Sequence", "Image Sequence"),
            _text("part", "Part", "Partie"),
            _list("shots", "Shot", "Shot Code", "Link", "Plan", "Plans"),
            _text("reel", "Reel/Episode", "Reel", "Episode", "Bobine", kind=ColumnKind.NAME),
            _text("tc_in", "TC In", "Timecode In", "TC Entree"),
            _text("tc_out", "TC Out", "Timecode Out", "TC Sortie"),
            _text("frames", "Frames", "Frame Range", "Images", kind=ColumnKind.FRAMES),
            _text("first_frame", "First Frame", "Premiere image", kind=ColumnKind.FRAMES),
            _list("exclude", "Exclude", "Except", "Sauf"),
            _list("tools", "Tool", "AI Tool", "Software", "Outil", "Tools", "Model"),
            *(Column(("tool", *each.field), each.kind, each.heads) for each in _TOOL_FACTS),
            _text("extent", "Extent", "Etendue"),
            _list("modality", "Modality", "Media Type"),
            _text("use", "Use Category", "Use Case", "Category", "Usage", "Utilisation"),
            _list("involves", "Involves", "Implique"),
            _flag("talent_likeness", "Likeness", "Talent Likeness", "Ressemblance"),
            _flag("voice_likeness", "Voice", "Voice Likeness", "Voix"),
            _flag("synthetic_performer", "Synthetic Performer"),
            _flag("deceased_person", "Deceased", "Deceased Person", "Personne decedee"),
            _flag("public_figure", "Public Figure", "Personnalite publique"),
            _flag("personal_data", "Personal Data", "Donnees personnelles"),
            _flag("third_party_ip", "3rd-party IP", "Third-Party IP", "Oeuvre de tiers"),
            _flag("unowned_training_data", "Unowned Training Data"),
            _flag("union_work", "Union Work"),
            _list("inputs", "Inputs", "Entrees"),
            *(_answer(f"principles.p{n}", f"P{n}", f"Principle {n}", f"Principe {n}") for n in range(1, 6)),
            _text("human_input", "Human Input", "Apport humain"),
            _list("talent.performer", "Performer", "Talent", "Interprete"),
            _list("talent.consent", "Consent ID", "Consent", "Consentement"),
            _list("talent.exemption", "Exemption"),
            _list("licences", "Licence ID", "License ID", "Clearance"),
            _list("reference", "Reference", "Reference ID"),
            _text("audience_disclosure.how", "Audience Disclosure", "Disclosure"),
            _text("audience_disclosure.timecode", "Disclosure TC", "Disclosure Timecode"),
            _text("audience_disclosure.card", "Disclosure Card"),
            _text("audience_disclosure.evidence.file", "Disclosure Evidence"),
            _text("audience_disclosure.evidence.sha256", "Disclosure Evidence SHA256"),
            _answer("covers_derivatives", "Covers Derivatives"),
            _day("generated", "Generated", "Date Generated", "Genere le"),
            _text("declared_by.name", "Declared By", "Declare par"),
            _text("declared_by.role", "Declared By Role", "Role"),
            _text("declared_by.org", "Declared By Org", "Company", "Societe"),
            _day("declared_by.date", "Declaration Date", "Declared On", "Date"),
            _list("approvals", "Approval ID", "Approval", "Approvals", "Approbation"),
            *(Column(("approval", *each.field), each.kind, each.heads) for each in _INLINE_APPROVAL),
            _list("supersedes", "Supersedes", "Remplace"),
            _text("stage", "Stage", "Submitting For", "Etape"),
            Column(("seen",), ColumnKind.REMARK, ("Seen", "Remarks", "Comments", "Notes", "Commentaires")),
        ),
        "approvals": (
            _text("id", "Approval ID", "ID", "Ref", "No", kind=ColumnKind.NAME),
            *(each for each in _INLINE_APPROVAL if each.field != ("scope", "stages")),
            _day("revoked", "Revoked", "Revoque le"),
            _list("scope.stages", "Stages", "Approved For", "Approval Stages"),
            _list("scope.uses", "Uses", "Use", "Usages"),
            _list("scope.involves", "Involves"),
            _list("scope.tools", "Tools", "Tool", "Outils"),
            _list("scope.shots", "Shots", "Shot", "Plans"),
            _list("scope.path", "File / Path", "File", "Path", "Fichier"),
            _text("scope.part", "Part", "Partie"),
            _text("scope.frames", "Frames", "Frame Range", "Images", kind=ColumnKind.FRAMES),
            _text("scope.first_frame", "First Frame", kind=ColumnKind.FRAMES),
            _list("scope.deliveries", "Deliveries", "Delivery", "Livraison"),
            _list("conditions.text", "Conditions", "Condition"),
            _list("conditions.met", "Conditions Met", "Met"),
            _list("conditions.met_on", "Met On"),
            _answer("covers_derivatives", "Covers Derivatives"),
            _list("supersedes", "Supersedes", "Remplace"),
        ),
        "consents": (
            _text("id", "Consent ID", "ID", "Ref", "No", kind=ColumnKind.NAME),
            _text("performer", "Performer", "Talent", "Interprete"),
            _text("kind", "Kind", "Consent Kind", "Type"),
            _text("basis", "Basis"),
            _day("granted", "Granted", "Consent Date", "Date"),
            _day("expires", "Expires", "Expiry", "Expiration"),
            _day("withdrawn", "Withdrawn", "Withdrawn On", "Retire le"),
            _answer("minor", "Minor", "Mineur"),
            _text("guardian", "Guardian", "Parent or Guardian", "Representant legal"),
            _text("scope.production", "Production", "Production ID", kind=ColumnKind.NAME),
            _text("scope.description", "Description"),
            _list("scope.shots", "Shots", "Shot", "Plans"),
            _list("scope.uses", "Uses", "Use", "Usages"),
            _list("scope.media", "Media"),
            _list("scope.territories", "Territories", "Territoires"),
            _text("guild", "Guild", "Union", "Syndicat"),
            *_EVIDENCE,
        ),
        "licences": (
            _text("id", "Licence ID", "License ID", "ID", "Ref", "No", kind=ColumnKind.NAME),
            _text("reference", "Reference", "Reference ID", "Work", "Oeuvre"),
            _text("licensor", "Licensor", "Concedant"),
            _list("scope.path", "File / Path", "File", "Path", "Fichier"),
            _text("scope.part", "Part", "Partie"),
            _list("scope.media", "Media"),
            _list("scope.territories", "Territories", "Territoires"),
            _answer("scope.ai_modification_allowed", "AI Modification Allowed"),
            _day("starts", "Starts", "Start Date", "Debut"),
            _day("ends", "Ends", "End Date", "Fin"),
            _day("revoked", "Revoked", "Revoque le"),
            *_EVIDENCE,
        ),
        "waivers": (
            _text("id", "Waiver ID", "ID", "Ref", "No", kind=ColumnKind.NAME),
            _text("by.name", "By", "Waived By", "Accorde par"),
            *_DECISION,
        ),
        "confirmations": (
            _text("id", "Confirmation ID", "ID", "Ref", "No", kind=ColumnKind.NAME),
            _text("by.name", "By", "Confirmed By", "Confirme par"),
            *_DECISION,
        ),
    }
)

SHEETS: Mapping[str, str] = MappingProxyType(
    {
        "production": "production",
        "watch names": "watch_names",
        "deliveries": "deliveries",
        "livraisons": "deliveries",
        "tools": "tools",
        "outils": "tools",
        "declarations": "declarations",
        "approvals": "approvals",
        "approbations": "approvals",
        "consents": "consents",
        "consentements": "consents",
        "licences": "licences",
        "licenses": "licences",
        "waivers": "waivers",
        "derogations": "waivers",
        "confirmations": "confirmations",
    }
)
"""Names of sheets, folded, and the section each holds. Any other sheet is looked at by its heads."""


def folded(head: str) -> str:
    """A head without case, accents and punctuation.

    >>> folded(" File / Path ")
    'file path'
    >>> folded("Évidence (SHA-256)?")
    'evidence sha 256'
    """
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", head) if not unicodedata.combining(character)
    )
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


@cache
def known(section: str) -> Mapping[str, Column]:
    """The columns of a section by their folded heads."""
    heads: dict[str, Column] = {}
    for column in SECTIONS[section]:
        for head in (".".join(column.field), column.word, *column.heads):
            if head:
                heads.setdefault(folded(head), column)
    return MappingProxyType(heads)


def section_of(name: str, heads: Sequence[str]) -> str | None:
    """Which section a sheet holds: by its name, by the end of it (`TLW_approvals`), else declarations by its heads.

    Where the name alone isn't that of a section, enough of the heads have to be known in it.
    """
    plain = folded(name)
    by_name = SHEETS.get(plain)
    if by_name:
        return by_name
    ending = next((section for known_name, section in SHEETS.items() if plain.endswith(f" {known_name}")), None)
    likely = [section for section in (ending, "declarations") if section]
    return next((section for section in likely if _hits(section, heads) >= max(2, len(heads) / 3)), None)


def _hits(section: str, heads: Sequence[str]) -> int:
    return sum(folded(head) in known(section) for head in heads)
