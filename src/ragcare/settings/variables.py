"""The `RAGCARE_*` variables: which of them set something."""

from __future__ import annotations

import difflib
import os

from pydantic import BaseModel

from ragcare.errors import BadInput

PREFIX = "RAGCARE_"
_NOT_SETTINGS = {"RAGCARE_DATA", "RAGCARE_LLM_API_KEY"}
"""Variables that belong to the evaluation data and the tests, or are secret and so never a setting that is kept."""


def refuse_unknown_variables(settings: type[BaseModel]) -> None:
    """A misspelt variable must not be ignored in silence.

    Raises:
        BadInput: a variable with the prefix names nothing that can be set.
    """
    known = {
        f"{PREFIX}{table}__{name}".upper()
        for table, field in settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
    } | {f"{PREFIX}{table}".upper() for table in settings.model_fields}
    for variable in sorted(os.environ):
        table, _, key = variable.upper().rpartition("__")
        within_a_setting = "__" in table and table in known  # RAGCARE_HANDOFF__QUEUES__FRAUD
        known_here = variable.upper() in known | _NOT_SETTINGS or (within_a_setting and key != "")
        if variable.startswith(PREFIX) and not known_here:
            near = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0)
            raise BadInput(f"the variable {variable} sets nothing. Mend: unset it; the nearest setting is {near[0]}")
