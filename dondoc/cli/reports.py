"""Commands that write papers: the compiled report, the official letter that urges a unit, the dossier of a body."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, command
from dondoc.cli.options import AsJson, WrongUsage, day, existing
from dondoc.cli.place import moment, workplace, zone_of
from dondoc.cli.terminal import as_json, say

if TYPE_CHECKING:
    from dondoc.desk.reports import Wish
    from dondoc.desk.workplace import Workplace

Out = Annotated[Path, Parameter(help="The file to write; its ending says in which form.")]
Number = Annotated[str | None, Parameter(help="The number that the clerk gave it; it is recorded. Needs --date.")]
Date = Annotated[str | None, Parameter(help="The day on which it was signed, as 2023-06-26; it is recorded.")]
Known = Annotated[str | None, Parameter(name="--at", help="As it was known at that instant, as 2023-06-26T08:00.")]
By = Annotated[str | None, Parameter(help="Who records it; by default, the name you are logged in with.")]


@command(
    RUNNING,
    "dondoc report tre-em-2023 2023-H1 --out bao-cao.docx\n"
    "dondoc report tre-em-2023 2023-H1 --out loi-van.md\n"
    "dondoc report tre-em-2023 2023-H1 --text loi-van.md --out bao-cao.pdf",
)
def report(
    plan: Annotated[str, Parameter(help="The id of the plan.")],
    period: Annotated[str, Parameter(help="The period, as 2023-H1 or 2023.")],
    /,
    *,
    out: Out,
    text: Annotated[
        Path | None, Parameter(help="A file with the report's texts, edited from --out FILE.md; they are kept.")
    ] = None,
    number: Number = None,
    date: Date = None,
    at: Known = None,
    by: By = None,
    json: AsJson = False,
) -> int:
    """Compile the report of a plan on a period: .docx, .pdf, .html, .xlsx (figures), .md (texts to be edited)."""
    from dondoc.desk.reports import compile_report, from_markdown, keep_texts

    with workplace() as place:
        wish = _wish(place, plan, out, number, date, at, by)
        changed: tuple[str, ...] = ()
        if text is not None:
            changed = keep_texts(place, plan, period, from_markdown(_read(text)), by=_who(by), at=wish.at)
        written = compile_report(place, plan, period, wish)
    return _write(out, written, json=json, texts=list(changed))


@command(
    RUNNING,
    "dondoc dispatch tre-em-2023 h-gia-binh --out cong-van.docx --to 2023-06-30\n"
    "dondoc dispatch tre-em-2023 h-gia-binh --out cong-van.pdf --number 15 --date 2023-06-27",
)
def dispatch(
    plan: Annotated[str, Parameter(help="The id of the plan.")],
    unit: Annotated[str, Parameter(help="The unit that is urged.")],
    /,
    *,
    out: Out,
    to: Annotated[str | None, Parameter(help="The day by which it is to answer; by default in 3 working days.")] = None,
    number: Number = None,
    date: Date = None,
    at: Known = None,
    by: By = None,
    json: AsJson = False,
) -> int:
    """Write the official letter that urges a unit to do what is overdue, ready to be signed."""
    from dondoc.desk.reports import dispatch as dispatch_it

    with workplace() as place:
        wish = _wish(place, plan, out, number, date, at, by)
        written = dispatch_it(place, plan, unit, wish, answer_by=day(to))
    return _write(out, written, json=json)


@command(RUNNING, "dondoc dossier tre-em-2023 thuong-truc --since 2023-06-15 --out ho-so.docx")
def dossier(
    plan: Annotated[str, Parameter(help="The id of the plan.")],
    body: Annotated[str, Parameter(help="The committee, or unit, before which matters were put.")],
    /,
    *,
    out: Out,
    since: Annotated[
        str | None, Parameter(help="The day of its last meeting: what is new since, what is settled.")
    ] = None,
    at: Known = None,
    json: AsJson = False,
) -> int:
    """Write what was put before a body and is open, with a line for its decision on each matter."""
    from dondoc.desk.reports import dossier as dossier_of

    with workplace() as place:
        met = day(since, "--since")
        ended = datetime.combine(met, time(), zone_of(place, plan)) if met else None
        written = dossier_of(place, plan, body, _wish(place, plan, out, None, None, at, None), since=ended)
    return _write(out, written, json=json)


def _wish(
    place: Workplace, plan: str, out: Path, number: str | None, date: str | None, at: str | None, by: str | None
) -> Wish:
    from dondoc.desk.reports import FORMS, Wish
    from dondoc.store.papers import Numbered

    form = next((form for form in FORMS if out.suffix.lower() == f".{form}"), None)
    if form is None:
        raise WrongUsage(f"{out} says no form. End its name in one of: {', '.join(f'.{one}' for one in FORMS)}.")
    signed = day(date, "--date")
    if (number is None) != (signed is None):
        raise WrongUsage("A number and its day go together. Write both --number and --date, or neither.")
    numbered = Numbered(number, signed) if number is not None and signed is not None else None
    return Wish(form, moment(place, at, plan), numbered, _who(by) if numbered else "")


def _who(by: str | None) -> str:
    from dondoc.cli.options import Recording

    return Recording(by=by).who


def _read(file: Path) -> str:
    try:
        return existing(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUsage(f"{file} is not a text in UTF-8. Save it as one.") from None


def _write(out: Path, written: bytes, *, json: bool, texts: list[str] | None = None) -> int:
    try:
        out.write_bytes(written)
    except OSError as error:
        raise WrongUsage(f"{out} cannot be written ({error.strerror}). Choose another place.") from error
    if json:
        as_json({"file": str(out), "bytes": len(written), **({"texts": texts} if texts is not None else {})})
    else:
        say(f"{out}: {len(written):,} bytes." + (f" Kept: {', '.join(texts)}." if texts else ""))
    return 0
