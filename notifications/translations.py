"""The words of the templates in other languages: gettext catalogues, put in place when a template is compiled.

Templates are written in Vietnamese; `{% trans %}` marks what the English catalogue translates. Since every
language has its own compiled templates, a letter costs no look-up. `notifications.catalogue` keeps the catalogues.
The portal's templates take their words the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from jinja2 import nodes
from jinja2.ext import Extension, InternationalizationExtension

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"

PLACE = re.compile(r"%\((\w+)\)s")
PASTE_TAG = re.compile(r'\{% paste "[^"\n]+" %\}')
"""A piece that is pasted, its line left in place."""
_PASTE = re.compile(r'(?P<line>^)?\{% paste "(?P<name>[^"]+)" %\}(?(line)(?:\n|$))', re.MULTILINE)


@dataclass(frozen=True)
class Words:
    """A folder of templates and its catalogues, `LOCALE/<language>/LC_MESSAGES/<domain>.po`."""

    templates: Path
    locale: Path
    domain: str

    def written(self, language: str) -> Path:
        """Where a translator writes."""
        return self.locale / language / "LC_MESSAGES" / f"{self.domain}.po"

    def compiled(self, language: str) -> Path:
        """What the templates read."""
        return self.written(language).with_suffix(".mo")

    def translations(self, language: str) -> NullTranslations:
        """The catalogue of a language; of one that has none, the words stay as they are written."""
        return _catalogue(self.compiled(language))


LETTERS = Words(TEMPLATES, HERE / "locale", "letters")


@lru_cache(maxsize=8)
def _catalogue(path: Path) -> NullTranslations:
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
    """`{% trans %}` resolved while the template is compiled, by the environment's `words` and `language`."""

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
        words: Words = getattr(self.environment, "words", LETTERS)
        message = words.translations(str(getattr(self.environment, "language", "vi"))).gettext(source)
        parts = PLACE.split(message)  # text, name, text, name, … text
        output: list[nodes.Expr] = []
        for index, part in enumerate(parts):
            if index % 2:
                output.append(variables[part])
            elif part:
                output.append(nodes.TemplateData(part.replace("%%", "%")))
        return nodes.Output(output)
