"""The calendar file of a letter: read back by real parsers, the same UIDs for ever, a SEQUENCE that only rises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from dondoc.core.history import Accepted, ExtensionGranted, Reassigned, Reminded, Returned, Submitted, Waived
from dondoc.core.standing import situation
from notifications.icalendar import calendar_text, folded
from notifications.render import render_digest
from tests.notifications.letter_examples import (
    REPORT,
    Recorder,
    digest,
    duty,
    examples,
    letterhead,
    local,
    recipient,
    text,
)

HEAD = letterhead()
ID = "tre-em-2023/bao-cao-6-thang/tx-que-vo/2023-H1"
WEDNESDAY = date(2023, 6, 14)


def parts(words: str) -> dict[str, dict]:
    found = Calendar.from_ical(words)
    assert found.errors == []
    return {str(one["uid"]): one for one in found.subcomponents}


def of(record: Recorder) -> dict[str, dict]:
    at = local(HEAD, WEDNESDAY)
    return parts(calendar_text([(record.of, situation(record.of, record.history))], HEAD, at, "vi"))


def test_a_deadline_is_a_day_with_an_alarm_and_a_task() -> None:
    found = of(Recorder(HEAD, duty(HEAD)))
    event, todo = found[f"{ID}/due@hoi-lhpn-bac-ninh"], found[f"{ID}@hoi-lhpn-bac-ninh"]
    assert (event.name, todo.name) == ("VEVENT", "VTODO")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2023, 6, 19), date(2023, 6, 20))
    assert todo.decoded("due") == date(2023, 6, 19)
    assert str(event["summary"]) == "Hạn: Báo cáo 6 tháng công tác trẻ em – 6 tháng đầu năm 2023"
    assert str(event["url"]) == f"https://dondoc.example/o/{ID}"
    assert (event["status"], todo["status"], event["sequence"], event["transp"]) == (
        "CONFIRMED", "NEEDS-ACTION", 0, "TRANSPARENT",
    )  # fmt: skip
    (alarm,) = event.subcomponents
    assert alarm.decoded("trigger") == datetime.fromisoformat("2023-06-16T08:00+07:00")  # Friday, before the weekend


def test_the_sequence_rises_with_every_change_and_the_day_is_cancelled_when_all_is_done() -> None:
    record = Recorder(HEAD, duty(HEAD))
    seen = []

    def look() -> None:
        found = of(record)
        event, todo = found[f"{ID}/due@hoi-lhpn-bac-ninh"], found[f"{ID}@hoi-lhpn-bac-ninh"]
        assert event["sequence"] == todo["sequence"]
        seen.append((event["sequence"], str(event["status"]), str(todo["status"]), str(event.decoded("dtstart"))))

    look()
    record.add(ExtensionGranted, date(2023, 6, 15), due=duty(HEAD, due=date(2023, 6, 26)).due)
    look()
    record.add(Submitted, date(2023, 6, 26), version=1, channel="form")
    record.add(Returned, date(2023, 6, 27), due=duty(HEAD, due=date(2023, 6, 30)).due)
    look()
    record.add(Submitted, date(2023, 6, 28), version=2, channel="form")
    record.add(Accepted, date(2023, 6, 29))
    look()
    assert seen == [
        (0, "CONFIRMED", "NEEDS-ACTION", "2023-06-19"),
        (2, "CONFIRMED", "NEEDS-ACTION", "2023-06-26"),
        (4, "CONFIRMED", "NEEDS-ACTION", "2023-06-30"),
        (5, "CANCELLED", "COMPLETED", "2023-06-26"),
    ]


def test_what_is_waived_is_cancelled_in_both() -> None:
    record = Recorder(HEAD, duty(HEAD))
    record.add(Waived, date(2023, 6, 1))
    assert {str(one["status"]) for one in of(record).values()} == {"CANCELLED"}


def test_the_first_letter_of_a_cycle_carries_it_and_the_next_do_not() -> None:
    record, reader = Recorder(HEAD, duty(HEAD)), recipient(HEAD)

    def carried() -> list[str]:
        found = digest("duties", reader, WEDNESDAY, [(record.of, record.history)])
        return [one.name for one in render_digest(found, HEAD, local(HEAD, WEDNESDAY)).enclosures]

    assert carried() == ["han-viec.ics"]
    record.step(Reminded, date(2023, 6, 5), "remind/14 days before", reader.key)
    assert carried() == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_letters_that_change_a_day_bring_the_change(language: str) -> None:
    bringing = {name for name, one in examples(language).items() if one.enclosures}
    assert bringing == {
        "duties-one", "duties-several", "duties-overdue", "returned", "accepted", "extension-granted", "waived",
        "reassigned-gained", "reassigned-lost", "amended",
    }  # fmt: skip
    lost = parts(examples(language)["reassigned-lost"].enclosures[0].text)
    assert {str(one["status"]) for one in lost.values()} == {"CANCELLED"}
    assert Reassigned  # the duty goes on: it is the former owner's day that is cancelled


@given(title=st.text(min_size=1).filter(lambda words: words.strip() != ""))
def test_any_title_is_read_back_and_no_line_is_too_long(title: str) -> None:
    one = duty(HEAD, replace(REPORT, title=text(title, title)), title=None)
    words = calendar_text([(one, situation(one, ()))], HEAD, local(HEAD, WEDNESDAY), "vi")
    assert max(len(line.encode()) for line in words.split("\r\n")) <= 75
    assert "\n" not in words.replace("\r\n", "")
    assert words.count("BEGIN:VEVENT") == words.count("BEGIN:VTODO") == 1
    assert len(parts(words)) == 2


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_folding_is_undone_by_unfolding(line: str) -> None:
    assert folded(line).replace("\r\n ", "") == line


def test_a_second_parser_reads_it() -> None:
    read = [vobject.readOne(one.text) for letter in examples().values() for one in letter.enclosures]
    assert read
    for found in read:
        assert len(list(found.components())) >= 2
