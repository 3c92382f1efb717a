"""Commands about obligations: how they stand, what was handed in, and what is decided about them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dondoc.cli.commands import OBLIGATIONS, command
from dondoc.cli.options import USUALLY, AsJson, Day, Recording, WrongUsage, day, existing
from dondoc.cli.place import moment, workplace
from dondoc.cli.terminal import as_json, said_at, say, table

if TYPE_CHECKING:
    from datetime import datetime

    from dondoc.core.history import Event
    from dondoc.desk.status import Status
    from dondoc.desk.workplace import Workplace

ONE = "tre-em-2023/bao-cao-nam/h-gia-binh/2023"

ObligationId = Annotated[str, Parameter(help="The id of the obligation, as `dondoc status` shows it.")]
Why = Annotated[str, Parameter(name="--why", help="The reason; it is kept with the event.")]


@command(OBLIGATIONS, "dondoc status tre-em-2023\ndondoc status --at 2023-06-20T08:00 --json")
def status(
    plan: Annotated[str | None, Parameter(help="The id of a plan; without it, all plans.")] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help="Show what was known at that instant, as 2023-06-20T08:00.")] = None,
    all_: Annotated[
        bool, Parameter(name="--all", negative="", help="Show what is done, waived or upcoming too.")
    ] = False,
    json: AsJson = False,
) -> int:
    """Show how the plans stand: the four cells, and every obligation."""
    from dondoc.desk.status import status as status_of_all

    with workplace() as place:
        found = status_of_all(place, plan, moment(place, at, plan))
    if json:
        as_json(found.as_data())
    else:
        _show(found, everything=all_)
    return 0


@command(
    OBLIGATIONS,
    f"dondoc submit {ONE} --data so-lieu.json --file scan.pdf\ndondoc submit {ONE} --nothing --at 2023-12-18T16:00",
)
def submit(
    obligation: ObligationId,
    /,
    *,
    data: Annotated[
        Path | None,
        Parameter(help="A JSON file with the answers by field id; - reads standard input.", allow_leading_hyphen=True),
    ] = None,
    file: Annotated[
        tuple[Path, ...], Parameter(help="A file that came along; may be given several times.", negative="")
    ] = (),
    nothing: Annotated[bool, Parameter(negative="", help="There is nothing to report in this period.")] = False,
    channel: Annotated[str, Parameter(help="How it came.")] = "paper",
    document_number: Annotated[str, Parameter(help="The number of the signed document that it came with.")] = "",
    signed_on: Annotated[str | None, Parameter(help="The day on which that document was signed.")] = None,
    signed_by: Annotated[str, Parameter(help="Who signed it.")] = "",
    recording: Recording = USUALLY,
) -> int:
    """Record what a unit handed in, on its behalf; --at is when it was received."""
    from dondoc.desk.submissions import Attachment, SignedDocument
    from dondoc.desk.submissions import submit as submit_it

    answers = _answers(data)
    files = [Attachment(one.name, existing(one)) for one in file]
    with workplace() as place:
        receipt = submit_it(
            place, obligation, answers, files,
            by=recording.who, channel=channel, at=_at(place, obligation, recording), nothing=nothing,
            document=SignedDocument(document_number.strip(), day(signed_on, "--signed-on"), signed_by.strip()),
        )  # fmt: skip
    if recording.json:
        as_json(receipt.as_data())
    else:
        say(receipt.sentence)
        for problem in receipt.problems:
            say(f"  {problem.sentence(receipt.language)}")
        for warning in receipt.warnings:
            say(f"  {warning.within(receipt.language)}", style="yellow")
    return 1 if receipt.problems else 0


@command(
    OBLIGATIONS,
    f'dondoc review {ONE} accept\ndondoc review {ONE} return --note "Thiếu mục II" --to 2023-12-22',
)
def review(
    obligation: ObligationId,
    verdict: Annotated[Literal["accept", "return"], Parameter(help="What the reviewer decided.")],
    /,
    *,
    note: Annotated[str, Parameter(help="A remark; what has to be put right, when it is returned.")] = "",
    to: Day = None,
    recording: Recording = USUALLY,
) -> int:
    """Accept what was handed in, or return it to be answered by a day (by default in three working days)."""
    from dondoc.desk.obligations import review as review_it

    return record_and_tell(
        obligation,
        recording,
        lambda place, at: review_it(place, obligation, verdict, by=recording.who, at=at, note=note, to=day(to)),
    )


@command(
    OBLIGATIONS,
    f'dondoc extend {ONE} ask --to 2023-12-26 --why "Mất điện"\ndondoc extend {ONE} grant',
)
def extend(
    obligation: ObligationId,
    verdict: Annotated[Literal["ask", "grant", "refuse"], Parameter(help="What was asked or decided.")],
    /,
    *,
    to: Day = None,
    why: Why = "",
    recording: Recording = USUALLY,
) -> int:
    """Ask for a later deadline, grant it (without --to: the day that was asked for), or refuse it."""
    from dondoc.desk.obligations import extend as extend_it

    return record_and_tell(
        obligation,
        recording,
        lambda place, at: extend_it(place, obligation, verdict, by=recording.who, at=at, why=why, to=day(to)),
    )


@command(OBLIGATIONS, f'dondoc waive {ONE} --why "Đơn vị đã sáp nhập"')
def waive(obligation: ObligationId, /, *, why: Why, recording: Recording = USUALLY) -> int:
    """End a duty that need not be done."""
    from dondoc.desk.obligations import waive as waive_it

    return record_and_tell(
        obligation, recording, lambda place, at: waive_it(place, obligation, by=recording.who, why=why, at=at)
    )


@command(OBLIGATIONS, f'dondoc hold {ONE} --why "Đang làm việc với đơn vị"')
def hold(obligation: ObligationId, /, *, why: Why, recording: Recording = USUALLY) -> int:
    """Keep a matter from going before a committee until it is released."""
    from dondoc.desk.obligations import hold as hold_it

    return record_and_tell(
        obligation, recording, lambda place, at: hold_it(place, obligation, by=recording.who, why=why, at=at)
    )


@command(OBLIGATIONS, f"dondoc release {ONE}")
def release(obligation: ObligationId, /, *, why: Why = "", recording: Recording = USUALLY) -> int:
    """Let a matter that was held go before the committee."""
    from dondoc.desk.obligations import release as release_it

    return record_and_tell(
        obligation, recording, lambda place, at: release_it(place, obligation, by=recording.who, why=why, at=at)
    )


@command(
    OBLIGATIONS,
    "dondoc event tre-em-2023 vu-viec --unit h-gia-binh --at 2023-06-12T21:30\n"
    "dondoc event tre-em-2023 vu-viec-2023-06-12 --close",
)
def event(
    plan: Annotated[str, Parameter(help="The id of the plan.")],
    event: Annotated[str, Parameter(help="The kind of event that the plan names; to close one, its own name.")],
    /,
    *,
    unit: Annotated[str, Parameter(help="The unit that raises it.")] = "",
    severity: Annotated[str, Parameter(help="How severe it is, where the plan tells severities apart.")] = "",
    close: Annotated[bool, Parameter(negative="", help="The event is over: nothing more is repeated.")] = False,
    why: Why = "",
    recording: Recording = USUALLY,
) -> int:
    """Record that something happened from which duties follow, or that it is over; --at is when it happened."""
    from dondoc.desk.events import close_event, raise_event

    if not (close or unit):
        raise WrongUsage("Nobody raises this event. Say who does, as in --unit h-gia-binh.")
    if close and recording.at is not None:
        raise WrongUsage("`event --close` takes no --at: an event is closed when that is known.")
    with workplace() as place:
        if close:
            facts = close_event(place, plan, event, by=recording.who, why=why)
        else:
            at = moment(place, recording.at, plan)
            facts = raise_event(place, plan, event, unit=unit, by=recording.who, at=at, severity=severity, why=why)
        _tell_all(place, facts, recording)
    return 0


@command(OBLIGATIONS, 'dondoc undo 4711 --why "Ghi nhầm đơn vị"')
def undo(
    event: Annotated[int, Parameter(help="Its number, as `dondoc explain OBLIGATION` shows it.")],
    /,
    *,
    why: Why,
    recording: Recording = USUALLY,
) -> int:
    """Take back an event that was recorded by mistake; history keeps both."""
    from dondoc.desk.obligations import undo as undo_it

    with workplace() as place:
        at = moment(place, recording.at)
        _tell(place, undo_it(place, event, by=recording.who, why=why, at=at), recording)
    return 0


def record_and_tell(obligation: str, recording: Recording, act: Callable[[Workplace, datetime | None], Event]) -> int:
    """Do what one command does to an obligation, and say what came of it."""
    with workplace() as place:
        _tell(place, act(place, _at(place, obligation, recording)), recording)
    return 0


def _at(place: Workplace, obligation: str, recording: Recording) -> datetime | None:
    return moment(place, recording.at, obligation.partition("/")[0])


def _tell(place: Workplace, event: Event, recording: Recording) -> None:
    """Say what was recorded, and where the matter stands now."""
    from dondoc.desk.explain import event_as_data
    from dondoc.desk.status import status_of

    stands = status_of(place, event.obligation)
    data = event_as_data(event, stands.calendar)
    if recording.json:
        as_json({**data, "now": stands.as_data()})
        return
    following = f"; next: {said_at(stands.next_at, stands.calendar.zone)}" if stands.next_at else ""
    kind, standing = (str(word).replace("_", " ") for word in (data["kind"], stands.standing))
    say(f"Event {event.id}: {kind}. {event.obligation} is {standing}{following}.")


def _tell_all(place: Workplace, events: tuple[Event, ...], recording: Recording) -> None:
    """Say what was recorded for each of several obligations."""
    from dondoc.desk.explain import event_as_data
    from dondoc.desk.status import status_of

    if not recording.json:
        for event in events:
            _tell(place, event, recording)
        return
    standing = [(event, status_of(place, event.obligation)) for event in events]
    as_json([{**event_as_data(event, one.calendar), "now": one.as_data()} for event, one in standing])


def _show(found: Status, *, everything: bool) -> None:
    settled = {"done_on_time", "done_late", "waived", "cancelled", "before_adoption", "upcoming"}
    for plan, title in found.titles.items():
        rows = [one for one in found.obligations if one.obligation.plan == plan]
        zone = rows[0].calendar.zone if rows else found.at.tzinfo
        assert zone is not None  # instants are aware
        say(f"{title} ({plan}), {said_at(found.at, zone)}", style="bold")
        shown = [one for one in rows if everything or one.standing not in settled]
        table(
            ("obligation", "owner", "due", "standing", "days late", "escalated to", "next"),
            (
                (
                    one.obligation.id,
                    one.directory.name(one.now.owner),
                    f"{one.now.due.day(one.calendar):%d/%m/%Y}" + (" (extended)" if one.now.extended else ""),
                    one.standing + (" (letter came back)" if one.came_back else ""),
                    one.days_late or "",
                    one.escalated_to_name,
                    said_at(one.next_at, zone) if one.next_at else "",
                )
                for one in shown
            ),
        )
        if len(shown) < len(rows):
            say(f"{len(rows) - len(shown)} more that are done, waived or upcoming: --all shows them.", style="dim")
        say("")
    _show_counts(found.tally.in_force.as_data(), found.tally.original.as_data())


def _show_counts(in_force: Mapping[str, int], original: Mapping[str, int]) -> None:
    rows: list[tuple[object, ...]] = [("by the deadlines in force", *in_force.values())]
    if original != in_force:
        rows.append(("by the original deadlines", *original.values()))
    table(("", *in_force), rows)


def _answers(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    text = sys.stdin.read() if str(file) == "-" else existing(file).read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise WrongUsage(f'{file} is not JSON ({error}). Write the answers by field, as in {{"I01": 12}}.') from None
    if not isinstance(found, dict):
        raise WrongUsage(f'{file} holds no answers by field. Write them as in {{"I01": 12, "note": "…"}}.')
    return found
