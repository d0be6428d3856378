"""The answers of a form: yes, no, and not knowing, as people write them.

They are never renamed: files that were signed years ago hold them.
"""

from enum import StrEnum


class Answer(StrEnum):
    """A question that the paper answers, or doesn't."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Known(StrEnum):
    """A property of a tool or licence."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class YesNo(StrEnum):
    """A statement that has to be made."""

    YES = "yes"
    NO = "no"
