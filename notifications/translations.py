"""The words of the templates in other languages: gettext catalogues, put in place when a template is compiled.

Templates are written in Vietnamese; `{% trans %}` marks what the English catalogue translates. Since every
language has its own compiled templates, a letter costs no look-up.

`python -m notifications.translations` brings the catalogues up to date with the templates.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes
from jinja2.ext import Extension, InternationalizationExtension

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
LOCALE = HERE / "locale"
DOMAIN = "letters"

PLACE = re.compile(r"%\((\w+)\)s")
_PASTE = re.compile(r'(?P<line>^)?\{% paste "(?P<name>[^"]+)" %\}(?(line)(?:\n|$))', re.MULTILINE)


def translations(language: str) -> NullTranslations:
    """The catalogue of a language; of one that has none, the words stay as they are written."""
    return _catalogue(language)


@lru_cache(maxsize=8)
def _catalogue(language: str) -> NullTranslations:
    path = compiled(language)
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)


class Pasted(Extension):
    """`{% paste "parts/due.html" %}`: the source of another template put in this place while it is compiled.

    What an include or a macro would do at a hundred times the cost for each letter; alone on its line it
    stands for whole lines.
    """

    def preprocess(
        self,
        source: str,
        name: str | None,  # noqa: ARG002 - the base class has these two
        filename: str | None = None,  # noqa: ARG002
    ) -> str:
        loader = self.environment.loader

        def pasted(found: re.Match[str]) -> str:
            if loader is None:
                return ""
            part, _, _ = loader.get_source(self.environment, found["name"])
            part = self.preprocess(part, found["name"])
            return part if found["line"] is not None else part.rstrip("\n")

        return _PASTE.sub(pasted, source)


class Translated(InternationalizationExtension):
    """`{% trans %}` resolved while the template is compiled, by `environment.letter_language`."""

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,  # noqa: ARG002 - the base class has it
    ) -> nodes.Output:
        if plural is not None or plural_expr is not None or context is not None:
            raise NotImplementedError("numbers reach a template in words already; write no plural in it")
        source = singular if vars_referenced else singular.replace("%%", "%")
        message = translations(str(getattr(self.environment, "letter_language", "vi"))).gettext(source)
        parts = PLACE.split(message)  # text, name, text, name, … text
        output: list[nodes.Expr] = []
        for index, part in enumerate(parts):
            if index % 2:
                output.append(variables[part])
            elif part:
                output.append(nodes.TemplateData(part.replace("%%", "%")))
        return nodes.Output(output)


def source_words() -> Catalog:
    """Everything the templates mark for translation."""
    catalogue = Catalog(project="dondoc", charset="utf-8", fuzzy=False)
    options = {
        "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
        "extensions": "notifications.translations.Pasted",
    }  # fmt: skip
    methods = [("**.txt", "jinja2"), ("**.html", "jinja2")]
    options_map = {pattern: options for pattern, _ in methods}
    found = extract_from_dir(str(TEMPLATES), methods, options_map, keywords={"gettext": None, "_": None})
    for file, line, message, comments, context in found:
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalogue


def written(language: str) -> Path:
    """Where a translator writes."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compiled(language: str) -> Path:
    """What the letters read."""
    return written(language).with_suffix(".mo")


def catalogue(language: str) -> Catalog:
    """The catalogue as the translator wrote it."""
    with written(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def as_mo(words: Catalog) -> bytes:
    """The catalogue in the form letters read."""
    buffer = BytesIO()
    write_mo(buffer, words)
    return buffer.getvalue()


def bring_up_to_date(language: str) -> list[str]:
    """Take over new words from the templates, drop unused ones, compile; returns what is not translated yet."""
    words = catalogue(language) if written(language).is_file() else Catalog(locale=language)
    words.update(source_words(), no_fuzzy_matching=True, update_creation_date=False)
    words.header_comment = f"# The words of the letters ({language}); each msgid is the Vietnamese of a template."
    words.project, words.version, words.msgid_bugs_address = "dondoc", "letters", ""
    words.last_translator, words.language_team, words.fuzzy = "dondoc", language, False
    words.obsolete.clear()
    written(language).parent.mkdir(parents=True, exist_ok=True)
    with written(language).open("wb") as file:
        write_po(file, words, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    compiled(language).write_bytes(as_mo(words))
    return [str(message.id) for message in words if message.id and not message.string]


if __name__ == "__main__":
    for missing in bring_up_to_date("en"):
        print(f"not translated yet: {missing}")  # noqa: T201 - a command prints
