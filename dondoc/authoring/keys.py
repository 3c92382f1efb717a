"""What every key means, in English and Vietnamese, with an example; it stands in keys.yaml and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

ABOUT = "about"
"""The entry that speaks of a whole mapping rather than of a key in it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a key means, and an example of its value, whose scalars are texts as a plan writes them."""

    en: str
    vi: str
    example: Any = None

    def both(self) -> str:
        """Both languages, as editors show them."""
        return f"{self.en}\n\n{self.vi}"


@cache
def meanings() -> Mapping[str, Mapping[str, Meaning]]:
    """By the name of a model and the key in it.

    >>> meanings()["Task"]["id"].example
    'bao-cao-6-thang'
    """
    text = files("dondoc.authoring").joinpath("keys.yaml").read_text(encoding="utf-8")
    written = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts, lists and mappings only
    return {model: {key: Meaning(**said) for key, said in keys.items()} for model, keys in written.items()}
