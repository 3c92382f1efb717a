"""What the templates of each kind make of what a letter says: its words in their four forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    nodes,
    select_autoescape,
)
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from dondoc.core.letter import Kind
from notifications import wording
from notifications.context import NAMES, AmendedContext, AnyContext, ReassignedContext
from notifications.letterhead import Letterhead
from notifications.translations import PASTE_TAG, TEMPLATES, Pasted, Translated

LONGEST_SHORT = 300
"""How many characters may be pasted into a chat."""

ANSWERING: dict[Kind, str] = {
    "duties": "figures", "returned": "figures", "reassigned": "figures", "amended": "figures", "copy": "figures",
    "extension": "figures", "receipt": "figures", "review": "decision", "forewarning": "hold", "answer": "answer",
}  # fmt: skip
"""What a reply to a letter of each kind can say; replies to all others go to a person."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's words; `organisation` and `link` say who writes, and where to answer, in its short form."""

    title: str
    token: str
    text: str
    html: str
    organisation: str
    link: str

    @property
    def subject(self) -> str:
        """What it is about, with what lets an answer find it."""
        return f"{self.title} {self.token}"

    @property
    def short(self) -> str:
        """Who writes, what about, and where to answer."""
        link, opening = self.link, f"{self.organisation}: "
        room = LONGEST_SHORT - len(opening) - len(link) - 1
        if room < LONGEST_SHORT // 3:  # a link so long leaves no room for words
            link, room = "", LONGEST_SHORT - len(opening)
        return f"{opening}{wording.shortened(self.title, room)} {link}".rstrip()


def words_of(
    kind: Kind,
    context: AnyContext,
    letterhead: Letterhead,
    plans: tuple[str, ...],
) -> Words:
    """What the templates of a kind make of a context."""
    parts = _templates(kind, context.language, letterhead.overrides, plans[0] if len(plans) == 1 else "")
    names: dict[str, object] = {name: getattr(context, name) for name in NAMES[type(context)]}
    names["answering"] = ANSWERING.get(kind, "person") if _leaves_something_to_do(context) else "person"
    title = " ".join(parts.subject.render(names).split())
    names["subject"] = title
    return Words(
        title=title,
        token=context.token,
        text=parts.text.render(names),
        html=parts.html.render(names),
        organisation=context.to.organisation,
        link=context.link,
    )


def _leaves_something_to_do(context: AnyContext) -> bool:
    """Whether any duty that the letter tells of is still its recipient's."""
    match context:
        case ReassignedContext():
            return bool(context.gained)
        case AmendedContext():
            return not all(item.dropped for item in context.items)
        case _:
            return True


@dataclass(frozen=True, slots=True)
class _Templates:
    subject: Template
    text: Template
    html: Template


PARTS = ("subject.txt", "body.txt", "body.html")
"""The templates of each kind of letter."""


def compile_alone(source: str, name: str) -> None:
    """Compile a template by itself, the pieces that it pastes left out, so that its lines are those of the file.

    Raises:
        TemplateSyntaxError: with the line.
    """
    _environment("vi", (TEMPLATES,)).compile(PASTE_TAG.sub("", source), name)


@lru_cache(maxsize=4096)
def _templates(kind: Kind, language: str, overrides: Path | None, plan: str) -> _Templates:
    environment = _environment("en" if language == "en" else "vi", _search_path(overrides, plan))
    return _Templates(*(environment.get_template(f"{kind}/{part}") for part in PARTS))


def _search_path(overrides: Path | None, plan: str) -> tuple[Path, ...]:
    """Where templates are looked for: the plan's folder, the organisation's, then ours."""
    if overrides is None:
        return (TEMPLATES,)
    own = overrides / plan if plan else None
    return (*([own] if own and own.is_dir() else []), overrides, TEMPLATES)


@lru_cache(maxsize=16384)
def _escaped(text: str) -> str:
    """Most of what a letter says, names, days and what is to be handed in, many others say as well."""
    return str(escape(text))


class _Code(CodeGenerator):
    """Escapes by the environment's `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class _Environment(Environment):
    """Templates ask their contexts for attributes only, and ask very often: without the detour over subscription."""

    getattr = staticmethod(getattr)  # type: ignore[assignment]
    code_generator_class = _Code

    @staticmethod
    def escaped(value: object) -> str:
        """`value` as it stands in HTML; plain text as `str`, since pieces are joined and not escaped again."""
        return _escaped(value) if type(value) is str else escape(value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """What a block or an outermost loop writes is gathered in a list, not handed up piece by piece.

        Each of the hundreds of pieces of a letter would otherwise pass through a generator for each template between.
        """
        template = super()._parse(source, name, filename)
        for block in template.find_all(nodes.Block):
            block.body = [_gathered(block.body)]
        template.body = [_gathered([one]) if isinstance(one, nodes.For) else one for one in template.body]
        return template


def _gathered(body: list[nodes.Node]) -> nodes.Node:
    line = body[0].lineno if body else 1
    return nodes.FilterBlock(body, nodes.Filter(None, "gathered", [], [], None, None, lineno=line), lineno=line)


@lru_cache(maxsize=256)
def _environment(language: str, search_path: tuple[Path, ...]) -> Environment:
    """One for each language and search path of the process; a template is compiled once in each.

    A replacement may build on what it replaces: `{% extends "shipped/duties/body.html" %}`.
    """
    environment = _Environment(
        loader=ChoiceLoader([FileSystemLoader(search_path), PrefixLoader({"shipped": FileSystemLoader(TEMPLATES)})]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=[Pasted, Translated],
    )
    environment.extend(language=language)
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["lines"] = _lines
    environment.filters["gathered"] = str
    return environment


def _lines(text: str) -> Markup:
    """Text of several lines for HTML, escaped, its lines kept."""
    return Markup("<br>").join(line.strip() for line in text.splitlines())
