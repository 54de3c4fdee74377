"""What every table of the settings is: frozen, and without a name that it does not know."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, WrapValidator


class Table(BaseModel):
    """One table of a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def told_as(what: str) -> WrapValidator:
    """What is said of a value that may be one of several things and is none of them.

    Pydantic tells of each of these things apart, by its own name for it: one mistake would look like three.
    """

    def check(value: Any, is_one_of_them: ValidatorFunctionWrapHandler) -> Any:
        try:
            return is_one_of_them(value)
        except ValidationError:
            raise ValueError(f"it must be {what}") from None

    return WrapValidator(check)
