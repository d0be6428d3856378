"""The words that the paper chooses from, as people write them in the file.

They are never renamed: files that were signed years ago hold them.
"""

from enum import StrEnum


class ProductionKind(StrEnum):
    """What is being made; documentary and news show the world as it is."""

    FICTION = "fiction"
    DOCUMENTARY = "documentary"
    NEWS = "news"
    ADVERTISING = "advertising"
    ANIMATION = "animation"


class Use(StrEnum):
    """What the output is in the work; one for a declaration."""

    IDEATION = "ideation"
    TEMP = "temp"
    BACKGROUND_INCIDENTAL = "background_incidental"
    STORY_ELEMENT = "story_element"
    KEY_CREATIVE = "key_creative"
    FINAL_VFX = "final_vfx"
    PERFORMANCE_ALTERATION = "performance_alteration"
    VOICE = "voice"
    MUSIC = "music"
    LOCALIZATION = "localization"
    RESTORATION = "restoration"
    FACTUAL_REPRESENTATION = "factual_representation"
    TEXT = "text"
    TRAINING = "training"


class Involves(StrEnum):
    """What the output touches besides; any number for a declaration."""

    TALENT_LIKENESS = "talent_likeness"
    VOICE_LIKENESS = "voice_likeness"
    SYNTHETIC_PERFORMER = "synthetic_performer"
    DECEASED_PERSON = "deceased_person"
    PUBLIC_FIGURE = "public_figure"
    PERSONAL_DATA = "personal_data"
    THIRD_PARTY_IP = "third_party_ip"
    UNOWNED_TRAINING_DATA = "unowned_training_data"
    UNION_WORK = "union_work"


class Extent(StrEnum):
    """How much of the asset a model made."""

    GENERATED = "generated"
    COMPOSITE = "composite"
    INGREDIENT = "ingredient"
    ENHANCED = "enhanced"


class Modality(StrEnum):
    """What kind of material a model made."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    THREE_D = "3d"


class Input(StrEnum):
    """What was put into the tool."""

    PRODUCTION_FOOTAGE = "production_footage"
    PROPRIETARY = "proprietary"
    PERSONAL = "personal"
    PUBLIC = "public"
    NONE = "none"


class Exemption(StrEnum):
    """Why a performer's further consent isn't needed."""

    NONE = "none"
    AS_SCRIPTED_OR_RECORDED = "as_scripted_or_recorded"
    HUMAN_SAFETY = "human_safety"
    UNRECOGNISABLE = "unrecognisable"
    CUSTOMARY_ALTERATION = "customary_alteration"
    DUB_OR_DOUBLE_PERMITTED = "dub_or_double_permitted"


class ConsentKind(StrEnum):
    """What a performer, or an estate, agreed to."""

    DIGITAL_REPLICA = "digital_replica"
    DIGITAL_ALTERATION = "digital_alteration"
    VOICE = "voice"
    ESTATE = "estate"


class Principle(StrEnum):
    """The five guiding principles, by the keys that a declaration answers them under."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"
    P5 = "p5"


class ToolFact(StrEnum):
    """What the record of a tool shows that isn't under an enterprise agreement."""

    TRAINS_ON_INPUTS = "trains_on_inputs"
    STORES_INPUTS = "stores_inputs"
    TERMS_UNKNOWN = "terms_unknown"
    NO_ENTERPRISE_AGREEMENT = "no_enterprise_agreement"


class Need(StrEnum):
    """What a word of the paper asks for; `docs/policy.md` says when each is met."""

    APPROVAL = "approval"
    JUDGEMENT = "judgement"
    CONSENT = "consent"
    ESTATE_CONSENT = "estate_consent"
    LICENCE = "licence"
    DISCLOSURE = "disclosure"
    TERMS = "terms"
    TRUE_ANSWER = "true_answer"
    REPLACEMENT = "replacement"
    HUMAN_INPUT = "human_input"
    ABSENCE = "absence"


class WaiverReason(StrEnum):
    """Why a finding may stand."""

    FALSE_POSITIVE = "false_positive"
    LICENSED_STOCK = "licensed_stock"
    ARCHIVAL_ORIGINAL = "archival_original"
    DUPLICATE_OF_APPROVED = "duplicate_of_approved"
    APPROVED_ELSEWHERE = "approved_elsewhere"
    ACCEPTED_RISK = "accepted_risk"


class ConfirmationReason(StrEnum):
    """How somebody came to be sure of a finding."""

    VISUAL_INSPECTION = "visual_inspection"
    SUPPLIER_CONFIRMED = "supplier_confirmed"
    RECORDS_SHOW = "records_show"
    OTHER_EVIDENCE = "other_evidence"


class Proof(StrEnum):
    """What became of an evidence file when the paper was read."""

    PRESENT = "present"
    MISSING = "missing"
    CHANGED = "changed"
    UNSTATED = "unstated"
