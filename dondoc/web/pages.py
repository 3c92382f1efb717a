"""Pages: a template, the reader's language, and what every page has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dondoc.core.text import Text
from dondoc.web.session import keep_session, own_session
from dondoc.web.words import HERE, PORTAL
from notifications.translations import Pasted, Translated

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
CHOICE = "lang"
"""The parameter and the cookie with which a reader chooses a language."""

STATIC = HERE / "static"


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> Response:
    """The page of a template for whoever asks; `values` are its names.

    It has `language`, `other` (the language to switch to), `here` (its own address), `csrf`, and `who` visits and
    whether `signed_in`, besides.
    """
    language = language_of(request)
    session = own_session(request)
    response = HTMLResponse(
        _environment(language)
        .get_template(template)
        .render(
            {
                "language": language,
                "other": next(one for one in LANGUAGES if one != language),
                "here": _without_choice(request),
                "csrf": session.secret,
                "who": getattr(request.state, "person", ""),
                "signed_in": getattr(request.state, "signed_in", False),
                **values,
            }
        ),
        status,
    )
    response.headers["Content-Language"] = language
    chosen = request.query_params.get(CHOICE)
    if chosen in LANGUAGES:
        response.set_cookie(CHOICE, chosen, max_age=31_536_000, samesite="lax", httponly=True, path="/")
    keep_session(request, response, session)
    return response


def language_of(request: Request) -> str:
    """The language chosen on the page, else the person's own, else what the browser prefers, else Vietnamese."""
    for wanted in (
        request.query_params.get(CHOICE, ""),
        request.cookies.get(CHOICE, ""),
        getattr(request.state, "language", ""),
        *_preferred(request.headers.get("accept-language", "")),
    ):
        if wanted in LANGUAGES:
            return wanted
    return "vi"


def said(request: Request, vi: str, en: str) -> str:
    """One of two sentences, in the reader's language."""
    return Text(vi=vi, en=en).within(language_of(request))


def _preferred(header: str) -> list[str]:
    """The languages that a browser asks for, the best first."""
    wishes: list[tuple[float, str]] = []
    for one in header.split(",")[:20]:
        name, _, quality = one.partition(";q=")
        try:
            wishes.append((-float(quality or 1), name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return [name for _, name in sorted(wishes, key=lambda wish: wish[0])]


def _without_choice(request: Request) -> str:
    rest = request.url.remove_query_params(CHOICE)
    return f"{rest.path}?{rest.query}&" if rest.query else f"{rest.path}?"


@lru_cache(maxsize=len(LANGUAGES))
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PORTAL.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[Pasted, Translated],
    )
    environment.extend(words=PORTAL, language=language)
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals["static"] = static
    environment.filters["lines"] = _lines
    environment.filters["size"] = _size
    environment.filters["says"] = lambda text: text.within(language)
    environment.filters["begins"] = lambda text: text[:1].upper() + text[1:]
    return environment


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """The address of a file of ours; it changes with the file's content, so that browsers may keep it."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _lines(text: str) -> Markup:
    """Text of several lines, escaped, its lines kept."""
    return Markup("<br>").join(text.splitlines())


def _size(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(1, count // 1000)} kB"


def vendored(folder: Path = STATIC / "vendor") -> Mapping[str, str]:
    """The SHA-256 of each file that comes from elsewhere, by its name."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "README.md"
    }
