"""Keeping the catalogues: what templates say, what translators wrote, and the compiled form that is read.

`python -m notifications.catalogue` brings the English words of the letters up to date with their templates,
`python -m dondoc.web.words` those of the portal.
"""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from notifications.translations import LETTERS, Words


def source_words(of: Words) -> Catalog:
    """Everything the templates mark for translation."""
    catalogue = Catalog(project="dondoc", charset="utf-8", fuzzy=False)
    options = {
        "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
        "extensions": "notifications.translations.Pasted",
    }  # fmt: skip
    methods = [("**.txt", "jinja2"), ("**.html", "jinja2")]
    options_map = {pattern: options for pattern, _ in methods}
    found = extract_from_dir(str(of.templates), methods, options_map, keywords={"gettext": None, "_": None})
    for file, line, message, comments, context in found:
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalogue


def words(of: Words, language: str) -> Catalog:
    """The catalogue as the translator wrote it."""
    with of.written(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def as_mo(found: Catalog) -> bytes:
    """The catalogue in the form that is read."""
    buffer = BytesIO()
    write_mo(buffer, found)
    return buffer.getvalue()


def bring_up_to_date(of: Words, language: str) -> list[str]:
    """Take over new words from the templates, drop unused ones, compile; returns what is not translated yet."""
    found = words(of, language) if of.written(language).is_file() else Catalog(locale=language)
    found.update(source_words(of), no_fuzzy_matching=True, update_creation_date=False)
    found.header_comment = f"# The words of the {of.domain} ({language}); each msgid is the Vietnamese of a template."
    found.project, found.version, found.msgid_bugs_address = "dondoc", of.domain, ""
    found.last_translator, found.language_team, found.fuzzy = "dondoc", language, False
    found.obsolete.clear()
    of.written(language).parent.mkdir(parents=True, exist_ok=True)
    with of.written(language).open("wb") as file:
        write_po(file, found, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    of.compiled(language).write_bytes(as_mo(found))
    return [str(message.id) for message in found if message.id and not message.string]


def tell_missing(of: Words) -> None:
    """Bring the English words up to date and say which are missing."""
    for missing in bring_up_to_date(of, "en"):
        print(f"not translated yet: {missing}")  # noqa: T201 - a command prints


if __name__ == "__main__":
    tell_missing(LETTERS)
