"""Collecting what comes in, as dropped files and by mail: kept raw before it is read, then one door for all of it.

A file `<home>/inbox/NAME.json` says whose report it is and what it contains; the files it names lie beside it:

    {"obligation": "tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1", "by": "can-bo@h-gia-binh.example",
     "data": {"I01": 12}, "files": ["bao-cao.pdf"], "received_at": "2023-06-18T16:00+07:00"}

What cannot be taken is answered in `<home>/inbox/answers/NAME.txt`, line by line; nothing that arrived is thrown away.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dondoc.desk.mailbox import record_mail, take_in_mail
from dondoc.desk.submissions import Attachment, Receipt, submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import DondocError, MailboxUnreachable
from dondoc.store.arrivals import Arrival, Result, arrived, settle, waiting
from dondoc.store.attachments import Attachments, TooLarge

LARGEST = 64 << 20
"""Bytes of a file that is still taken in; a larger one stays where it is, with an answer."""


class Dropped(BaseModel):
    """What a dropped file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    obligation: str
    by: str
    data: dict[str, Any] = Field(default_factory=dict)
    files: tuple[str, ...] = ()
    nothing: bool = False
    received_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """An arrival and what it says, or why it cannot be read."""

    arrival: Arrival
    dropped: Dropped | None
    problem: str = ""


def gather_arrivals(place: Workplace) -> tuple[Arrival, ...]:
    """Take in every file that was dropped, and return what waits to be looked into, by whatever way it came."""
    inbox = place.settings.home / "inbox"
    if inbox.is_dir():
        for path in sorted(inbox.glob("*.json")):
            _take_in(place, path)
    with place.database.writing() as connection:
        return waiting(connection)


def read_arrivals(place: Workplace, arrivals: Iterable[Arrival]) -> tuple[Read, ...]:
    """What the arrivals say; messages are read one by one as they are recorded, since they may be large."""
    kept = place.attachments
    return tuple(Read(arrival, None) if arrival.source == "mail" else _read(kept, arrival) for arrival in arrivals)


def record_arrivals(place: Workplace, found: Iterable[Read]) -> int:
    """Submit what was read, each with its receipt, and answer what cannot be taken; how many were taken."""
    return sum(
        record_mail(place, one.arrival) if one.arrival.source == "mail" else _record(place, one) for one in found
    )


def collect(place: Workplace) -> int:
    """Gather, read and record in one go; a mailbox that does not open is left for the next time."""
    try:
        take_in_mail(place)
    except MailboxUnreachable as error:
        logging.getLogger(__name__).warning("%s", error)
    return record_arrivals(place, read_arrivals(place, gather_arrivals(place)))


def _take_in(place: Workplace, path: Path) -> None:
    """Keep a dropped file and those it names, take note of it, and clear it out of the way."""
    stamp = path.stat()
    try:
        kept = place.attachments.keep_file(path, at_most=LARGEST)
    except TooLarge as error:
        _answer(path, [f"Tệp lớn quá {error.most >> 20} MB, chưa được tiếp nhận. / The file is too large."])
        path.rename(path.with_suffix(".qua-lon"))
        return
    for name in _named(path):
        beside = path.parent / name
        if beside.is_file():
            place.attachments.keep_file(beside)
    at = datetime.fromtimestamp(stamp.st_mtime, UTC)
    with place.database.writing() as connection:
        arrived(
            connection,
            "drop",
            f"{path.name}@{stamp.st_mtime_ns}",
            kept,
            arrived_at=min(at, place.now()),
            now=place.now(),
        )
    taken = path.parent / "taken"
    taken.mkdir(exist_ok=True)
    path.rename(taken / path.name)


def _named(path: Path) -> tuple[str, ...]:
    try:
        return tuple(name for name in Dropped.model_validate_json(path.read_bytes()).files if Path(name).name == name)
    except ValidationError:
        return ()


def _read(kept: Attachments, arrival: Arrival) -> Read:
    try:
        text = b"".join(kept.read(arrival.digest)).decode("utf-8-sig")
        return Read(arrival, Dropped.model_validate_json(text))
    except UnicodeDecodeError:
        return Read(arrival, None, "Tệp không phải UTF-8. / The file is not UTF-8.")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)
        lines = [f"{'.'.join(map(str, one['loc'])) or 'JSON'}: {one['msg']}" for one in first]
        return Read(arrival, None, "\n".join(lines))


def _record(place: Workplace, one: Read) -> bool:
    arrival, dropped = one.arrival, one.dropped
    path = place.settings.home / "inbox" / arrival.key.rpartition("@")[0]
    problem = one.problem
    receipt: Receipt | None = None
    if dropped is not None:
        try:
            receipt = submit(
                place,
                dropped.obligation,
                dropped.data,
                _attachments(path.parent, dropped.files),
                by=dropped.by,
                channel="drop",
                at=dropped.received_at or arrival.arrived_at,
                nothing=dropped.nothing,
            )
        except (DondocError, FileNotFoundError) as error:
            problem = str(error)
    if receipt is not None:
        problem = "\n".join(one.sentence(receipt.language) for one in receipt.problems)
    outcome: Result = (
        "submitted" if receipt is not None and not receipt.problems else "refused" if dropped else "broken"
    )
    with place.database.writing() as connection:
        settle(
            connection,
            arrival.id,
            outcome,
            now=place.now(),
            detail=problem,
            obligation=dropped.obligation if dropped else None,
        )
    _answer(path, [problem or (receipt.sentence if receipt else "")])
    return outcome == "submitted"


def _attachments(folder: Path, names: tuple[str, ...]) -> tuple[Attachment, ...]:
    found = []
    for name in names:
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise FileNotFoundError(f"{name}: không thấy tệp này bên cạnh. / The file does not lie beside it.")
        found.append(Attachment(name, path))
    return tuple(found)


def _answer(path: Path, lines: list[str]) -> None:
    answers = path.parent / "answers"
    answers.mkdir(parents=True, exist_ok=True)
    (answers / f"{path.stem}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
