"""9. Lead, co-ordinating units, on behalf of, through, for information: "chủ trì, phối hợp, tham mưu, qua"."""

from pathlib import Path

from dondoc.core.round import ESCALATIONS, REMINDERS
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, story
from tests.language.saying import office, owed, placed
from tests.places import local

TASK = """
- id: t
  title: Tham mưu kế hoạch
  owner: ban-a
  with: [ban-b, "Sở Y tế"]
  on_behalf_of: tinh
  through: ban-b
  for_information: [thuong-truc]
  due: 2023-06-19
  policy:
    remind: [7 days before, on the day]
    chase: every 2 working days after
"""
ONE = "p/t/ban-a/once"


def round_at(place: Workplace, when: str) -> Workplace:
    at = local(when)
    for kinds in (REMINDERS, ESCALATIONS):
        write_letters(place.at(at), decide_letters(gather(place, at), kinds, at), at)
    return place.at(at)


def test_every_party_stands_with_the_obligation() -> None:
    terms = owed(TASK)[0].terms
    assert (terms.with_, terms.on_behalf_of, terms.through) == (("ban-b", "Sở Y tế"), "tinh", "ban-b")
    assert terms.for_information == ("thuong-truc",)


def test_who_works_along_is_reminded_with_the_lead_and_told_whose_duty_it_is(tmp_path: Path) -> None:
    place = round_at(office(tmp_path, TASK), "2023-06-12 08:00")
    told = {one.letter.recipient.unit: one.letter.text for one in letters_of(place, "duties")}
    assert set(told) == {"ban-a", "ban-b"}
    assert "Ban A" in told["ban-b"]
    assert story(place, ONE) == ["Scheduled", "Reminded", "Copied"]  # the lead was reminded, the other got a copy


def test_after_the_deadline_only_the_lead_is_chased(tmp_path: Path) -> None:
    place = round_at(office(tmp_path, TASK), "2023-06-21 08:00")
    assert {one.letter.recipient.unit for one in letters_of(place, "duties")} == {"ban-a"}


def test_who_is_named_for_information_and_whom_it_goes_through_are_told_when_it_is_done(tmp_path: Path) -> None:
    place = office(tmp_path, TASK).at(local("2023-06-15 09:00"))
    submit(place, ONE, {}, by="ban-a", channel="form")
    told = {one.letter.recipient.unit: one.letter.text for one in letters_of(place, "accepted")}
    assert set(told) == {"thuong-truc", "ban-b"}
    assert "biết: Ban A đã hoàn thành việc sau." in told["thuong-truc"]
    assert {one.letter.recipient.unit for one in letters_of(place, "receipt")} == {"ban-a"}


def test_units_of_the_organisation_are_checked_and_others_are_named_as_they_are() -> None:
    assert placed(TASK.replace("[ban-b,", "[ban-c,")) == ['unknown-unit at ban-c, "Sở Y tế"]']
    assert placed(TASK.replace("[thuong-truc]", "[thuong-truk]")) == ["unknown-unit at thuong-truk]"]
    assert placed(TASK.replace("through: ban-b", "through: ban-bb")) == ["unknown-unit at ban-bb"]
