"""Texts that people read: one language or several, always in Unicode NFC."""

from __future__ import annotations

from typing import Annotated, Any
from unicodedata import normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


class Strict(BaseModel):
    """Base of everything that enters from a file: frozen, unknown keys refused, defaults checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, populate_by_name=True)


class Text(Strict):
    """A text in Vietnamese, English or both; where one is missing the other is shown.

    >>> Text.model_validate("Báo cáo năm").within("en")
    'Báo cáo năm'
    >>> Text.model_validate({"vi": "Báo cáo năm", "en": "Annual report"}).within("en")
    'Annual report'
    """

    vi: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_text_is_shown_in_every_language(cls, value: Any) -> Any:
        return {"vi": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _some_text_is_there(self) -> Text:
        if not (self.vi or self.en):
            raise ValueError("a text is empty; write it, or {vi: …, en: …}")
        return self

    def within(self, language: str) -> str:
        """The text in `language` ("vi" or "en"), else in the language that is there."""
        return (self.en or self.vi) if language == "en" else (self.vi or self.en)


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def nfc(value: str) -> str:
    """`value` in Unicode NFC, the form in which every text is kept and compared."""
    return normalize("NFC", value)


OneOrMany = BeforeValidator(_one_or_many)
"""Annotation for a tuple that a file may write as a single item: `owner: x` or `owner: [x, y]`."""

Names = Annotated[tuple[str, ...], OneOrMany]
