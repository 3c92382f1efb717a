"""What a person answers by mail: told from what is quoted, checked for who wrote it, recorded by the common door.

Whatever comes of it is written with the arrival: recorded, answered with what has to be put right, or kept aside for
a person. Nothing is counted that its sender may not say, and nobody is answered who is not one of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from dondoc.core.letter import Letter, Recipient
from dondoc.core.reply import Understood, read_reply
from dondoc.core.text import Text
from dondoc.desk.letterheads import letterheads
from dondoc.desk.mail_answers import answer, tell_of_stray
from dondoc.desk.reply_acts import Act, Part, act
from dondoc.desk.reply_duties import Duty, asked_about
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import Arrival, Result, settle, take_up
from notifications.answer_letters import Became
from notifications.answer_sheet import FilledIn, NoAnswerSheet, is_spreadsheet, read_answer_sheet
from notifications.authenticity import why_forged
from notifications.letterhead import Letterhead
from notifications.message_body import LOGO, Body, File, read_body
from notifications.reply import new_text
from notifications.traces import sender

ASKING = frozenset({"duties", "returned", "reassigned", "amended", "copy", "review", "forewarning", "answer"})
"""Letters that ask for something: a reply without anything that can be recorded is answered with what to write."""

NO_SENDER = Text(vi="thư không ghi người gửi", en="it names no sender")
NO_LETTER = Text(vi="không rõ trả lời thư nào", en="it answers no letter that we know")
NOBODY = Text(vi="người gửi không có trong tổ chức", en="its sender is nobody of the organisation")
NOT_THEIRS = Text(
    vi="người gửi không có quyền trả lời các việc trong thư",
    en="its sender has nothing to say about what the letter asks",
)
FOR_A_PERSON = Text(vi="thư trả lời cần người đọc", en="it answers a letter to which a person has to say something")

_NO_PAPERS = (".p7s", ".asc", ".ics", ".vcf", ".dat", ".sig")
"""Files that mail programs add by themselves."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a reply came to; `stray` is why a person has to look at it."""

    result: Result
    detail: str = ""
    obligation: str | None = None
    became: tuple[Became, ...] = ()
    asks_which: bool = False
    stray: Text | None = None
    recorded: int = 0


def take_in_reply(place: Workplace, arrival: Arrival, message: EmailMessage, letter: Letter | None) -> bool:
    """Record what a person wrote, answer it, and settle the arrival; whether a report was taken in by it.

    `letter` is the one that is answered, as far as the message still tells. What is recorded and how the arrival is
    settled are two transactions: cut off between them, the same reply is found recorded and settled the next time.
    """
    who = sender(message)
    with place.database.reading() as connection:
        heads = letterheads(connection, place.settings)
    head = _head(heads, letter)
    outcome, recipient = _Outcome("aside", stray=NO_SENDER), None
    if who:
        outcome, recipient = _outcome(place, arrival, message, letter, head, who)
    about = f", about letter {letter.id}" if letter else ""
    why = outcome.stray.en if outcome.stray else outcome.detail
    detail = f"from {who}{about}" + (f": {why}" if why else "")
    now = place.now()
    with place.database.writing() as connection:
        if not take_up(connection, arrival.id):
            return False
        if outcome.stray:
            tell_of_stray(connection, who or "?", outcome.stray, arrival.id, [head] if head else heads, now)
        elif head is not None and recipient is not None and _worth_telling(outcome, recipient, head, now):
            told = answer(connection, outcome.became, recipient, head, now, asks_which=outcome.asks_which)
            detail += "" if told else "; not answered, since two letters of this hour answer this sender already"
        settle(connection, arrival.id, outcome.result, now=now, detail=detail, obligation=outcome.obligation)
    return outcome.recorded > 0


def _head(heads: tuple[Letterhead, ...], letter: Letter | None) -> Letterhead | None:
    if letter is None:
        return None
    return next((head for head in heads if head.plans.keys() & set(letter.plans)), None)


def _outcome(
    place: Workplace, arrival: Arrival, message: EmailMessage, letter: Letter | None, head: Letterhead | None, who: str
) -> tuple[_Outcome, Recipient | None]:
    forged = why_forged(message)
    if forged:
        return _Outcome("aside", stray=forged), None
    if letter is None or head is None:
        return _Outcome("aside", stray=NO_LETTER), None
    known = head.directory.known_by(who)
    if not known:
        return _Outcome("aside", stray=NOBODY), None
    body = read_body(b"".join(place.attachments.read(arrival.digest)))
    with place.database.reading() as connection:
        duties = asked_about(connection, head, letter, known, place.now())
    recipient = next((one for one in known if one.unit == letter.recipient.unit), known[0])
    if not duties:
        return _Outcome("aside", stray=NOT_THEIRS if letter.kind in ASKING else FOR_A_PERSON), None
    return _acted(place, arrival, letter, duties, body, recipient), recipient


def _acted(
    place: Workplace, arrival: Arrival, letter: Letter, duties: tuple[Duty, ...], body: Body, recipient: Recipient
) -> _Outcome:
    understood = _understood(body, duties)
    sheets, files = _sheets(body.files, duties)
    by_id = {one.asked.id: one for one in duties}
    parts = {said.duty.id: Part(by_id[said.duty.id], said) for said in understood.said if said.anything}
    for sheet in sheets:
        duty = by_id[sheet.obligation]
        parts[sheet.obligation] = parts.get(sheet.obligation, Part(duty)).with_sheet(sheet)
    if not parts and len(duties) == 1 and files:
        parts[duties[0].asked.id] = Part(duties[0])
    elif not parts and files and len(taking := [one for one in duties if one.takes_files and one.open]) == 1:
        parts[taking[0].asked.id] = Part(taking[0])
    if understood.unnamed or (not parts and len(duties) > 1 and (files or letter.kind in ASKING)):
        asked = tuple(one.became() for one in duties)
        return _Outcome("refused", "it does not say which duty it is about", became=asked, asks_which=True)
    if not parts:
        if letter.kind not in ASKING:
            return _Outcome("aside", "nothing in it can be recorded")
        (duty,) = duties
        words = duty.how_words(recipient.language, body.unreadable)
        problem = duty.became(problems=(words,))
        return _Outcome("refused", words, duty.asked.id, became=(problem,))
    taking_files = [part for part in parts.values() if part.duty.takes_files] or list(parts.values())
    acts: list[Act] = []
    for part in parts.values():
        kept = files if part in taking_files or len(parts) == 1 else ()
        acts.append(act(place, part, kept, by=recipient, at=min(arrival.arrived_at, place.now())))
    return _summed_up(acts)


def _summed_up(acts: list[Act]) -> _Outcome:
    reports = [one for one in acts if one.became.done == "submitted"]
    troubled = [one for one in acts if one.became.problems]
    result: Result = "submitted" if reports else "decided"
    if troubled and len(troubled) == len(acts):
        result = "refused"
    elif all(one.became.done == "known" for one in acts):
        result = "ignored"
    lines = [line for one in acts for line in one.lines()]
    return _Outcome(
        result, "; ".join(lines), acts[0].became.obligation.id, tuple(one.became for one in acts), recorded=len(reports)
    )


def _worth_telling(outcome: _Outcome, recipient: Recipient, head: Letterhead, now: datetime) -> bool:
    """Whether there is more to say than the receipt, which goes to those who get a unit's letters."""
    if outcome.asks_which or any(one.problems for one in outcome.became):
        return True
    day = head.calendar.day_of(now)
    for one in outcome.became:
        if one.done != "submitted":
            return True
        if recipient.key not in {person.key for person in head.directory.people(one.situation.owner, "duties", day)}:
            return True
    return False


def _understood(body: Body, duties: tuple[Duty, ...]) -> Understood:
    """What the first form of the text says in which something can be recorded; plain text before HTML."""
    found = Understood()
    for text in body.texts:
        new = new_text(text)
        found = read_reply(new, [one.asked for one in duties])
        still_open = [one.asked for one in duties if one.open]
        if found.unnamed and len(still_open) == 1:
            found = read_reply(new, still_open)
        if found.unnamed or any(said.anything for said in found.said):
            return found
    return found


def _sheets(files: tuple[File, ...], duties: tuple[Duty, ...]) -> tuple[list[FilledIn], tuple[File, ...]]:
    """The answering sheets among the files, and the papers."""
    fields_of = {one.asked.id: one.asked.fields for one in duties}
    sheets, papers = [], []
    for file in files:
        if is_spreadsheet(file.name):
            try:
                sheet = read_answer_sheet(file.content, fields_of)
            except NoAnswerSheet:
                sheet = None
            if sheet is not None and sheet.obligation in fields_of:
                sheets.append(sheet)
                continue
        image = file.name.lower().endswith((".png", ".gif", ".jpg", ".jpeg")) and len(file.content) < LOGO // 4
        if not file.name.lower().endswith(_NO_PAPERS) and not image:
            papers.append(file)
    return sheets, tuple(papers)
