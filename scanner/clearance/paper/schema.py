"""The JSON Schema of a declarations file, from the model that reads it.

It is looser than the reader in one respect: an editor has typed the scalars of YAML already, so that a frame number
may come as a number and a `no` as false where the reader sees the text. What needs more than one entry to be judged
only the reader knows.
"""

from typing import Any

from scanner.clearance.paper.model import Sheet

SCHEMA_ID = "provscan/declarations/1"


def schema() -> dict[str, Any]:
    """The schema, JSON Schema 2020-12."""
    written = Sheet.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **written}
