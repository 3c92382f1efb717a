"""The page docs/letters.md, made from the typed contexts: `python -m notifications.manual > docs/letters.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import cleandoc

from dondoc.core.letter import Kind
from notifications import context, lines
from notifications.context import CONTEXTS, Context
from notifications.letterhead import Address

WHEN: dict[Kind, str] = {
    "summary": "at `letters_at` of a week's first working day, to the bodies that a plan names (`weekly_summary`)",
    "duties": "at `letters_at`, to whoever owes; one a day, whatever it speaks of",
    "review": "at `letters_at`, to whoever decides on a submission or on more time",
    "dossier": "at `letters_at`, to the head of the owner, the focal point, or a committee",
    "copy": "with a dossier to a committee, to the owner",
    "forewarning": "one working day before a dossier goes to a committee, to the focal point's head",
    "closing": "at `letters_at`, to a committee, once all that was put before it is settled and no dossier told so",
    "receipt": "in the next office hours after something was handed in",
    "returned": "in the next office hours after a submission was returned",
    "accepted": "in the next office hours after it was accepted; also to those told `for_information`",
    "extension": "in the next office hours after more time was granted or refused",
    "waived": "in the next office hours after a duty was waived",
    "reassigned": "in the next office hours after a duty went to another unit or person; to both",
    "amended": "in the next office hours after an edit of the plan moved or dropped what is open",
    "alert": "in the next office hours, to the administrator; a bounce also to the head of the recipient's unit; "
    "to the focal point, that a body wants a unit urged by official letter",
    "calls": "at `letters_at`, to the administrator, on days on which somebody has to be called",
    "sign_in": "at once, to whoever asks to be let into the portal",
    "answer": "after a reply by mail was read, to whoever wrote it",
}
"""When a letter of each kind goes, and to whom."""

INTRODUCTION = """\
# Letters

The lists on this page are made from `notifications/context.py` by `python -m notifications.manual`;
a test keeps them so.
The rules by which letters go are in [deciding.md](deciding.md), what was decided about them in
[decision 13](adr/0013-letters.md). `dondoc letters PLAN --out DIR` shows every letter with examples from a plan.

## Words of your own

Each kind has a folder of three templates (Jinja): `subject.txt`, `body.txt` and `body.html`. A file of the same name
replaces the shipped one

- for the organisation, in `letters/KIND/` below the folder of plans (`DONDOC_PLANS`);
- for one plan, in `letters/PLAN/KIND/`, PLAN being the plan's id.

The pieces that letters share (`parts/…`, `_layout.html`) are replaced alike. The shipped templates lie in
`notifications/templates`; a replacement may build on one: `{% extends "shipped/duties/body.html" %}`.
This subject, as `letters/duties/subject.txt`, names the deadline first:

```jinja
[{{ first.due_date }}] {{ first.short_title }}{{ others }}
```

Values are in words already: nothing needs to be counted or formatted in a template. In HTML they are escaped.
A name that does not exist is a mistake, never an empty place.

`dondoc check PLAN` reads every replacement that the plan's letters would use and tries it on examples of all of them,
in both languages: what cannot be read, a name that a letter does not have (`template-unknown-name`),
a file that replaces nothing (`no-such-template`), a letter that no longer leads to its page (`template-without-link`).
So it finds this one:

```jinja
[{{ first.deadline }}] {{ first.short_title }}
```

No template is given what a unit wrote into a submission; of free words there are only the reasons of decisions.

## Kinds

Beside what stands in the lists every template has `answering` (what a reply can say: `figures`, `decision`, `hold`,
`answer` or `person`), and both bodies have `subject`.
"""


def page() -> str:
    """The whole page."""
    kinds, types = "\n".join(_kinds()), "\n".join(_types())
    return f"{INTRODUCTION}\n{kinds}\n## What stands behind the names\n\n{types}"


def _kinds() -> Iterator[str]:
    yield "Every letter has these names:\n"
    yield _names(Context)
    shared = {one.name for one in fields(Context)}
    for kind, given in CONTEXTS.items():
        yield f"### {kind}\n\n{_says(given)}\nIt goes {WHEN[kind]}.\n"
        yield _names(given, shared)


def _types() -> Iterator[str]:
    known = {one.__name__: one for module in (context, lines) for one in vars(module).values() if isinstance(one, type)}
    known["Address"] = Address
    found: dict[str, type] = {}
    waiting: list[type] = [Context, *CONTEXTS.values()]
    while waiting:
        for one in fields(waiting.pop(0)):
            for name in re.findall(r"\w+", str(one.type)):
                if name in known and name not in found:
                    found[name] = known[name]
                    waiting.append(known[name])
    for name, kind in sorted(found.items()):
        yield f"### {name}\n\n{_says(kind)}\n\n{_names(kind)}"


def _says(of: type) -> str:
    return cleandoc(of.__doc__ or "")


def _names(of: type, without: frozenset[str] | set[str] = frozenset()) -> str:
    names = [one for one in fields(of) if one.name not in without]
    return "".join(f"- `{one.name}`: `{one.type}`\n" for one in names)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is its output
