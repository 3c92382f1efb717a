"""Links: signed, personal, over after a while, taken back at once; opening one changes nothing in the ledger."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from dondoc.desk.links import LETTER_OPENS_FOR, new_link, open_link, revoke
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.errors import DondocError
from dondoc.links import Keys, key_file, keys_of
from dondoc.settings import Settings
from dondoc.store import schema
from dondoc.store.letters import letters
from dondoc.store.links import keep_link
from tests.servers.portal import Portal
from tests.small_plan import H1, ORGANISATION

OFFICER = "can-bo@gia-binh.example"
DAY = timedelta(days=1)


def all_rows(portal: Portal) -> dict[str, int]:
    with portal.place.database.reading() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in schema.metadata.tables.items()
        }


def link_in_letter(portal: Portal, to: str = OFFICER) -> str:
    """The first link of the newest letter to somebody, after a round of reminders."""
    with portal.place.database.reading() as connection:
        (found, *_) = letters(connection, recipient=to)
    return re.search(r"http://\S+", found.letter.text)[0]


@pytest.fixture
def reminded(portal: Portal) -> Portal:
    asyncio.run(run_round(portal.place))
    return portal


def test_the_links_of_a_letter_open_its_persons_page_and_leave_the_token_behind(reminded: Portal) -> None:
    link = link_in_letter(reminded)
    assert "?k=" in link
    with reminded.visit() as browser:
        answer = browser.get(f"/?k={link.partition('?k=')[2]}")
        assert answer.status_code == 200
        assert "?k=" not in str(answer.url)
        assert "Việc của Hội Phụ nữ huyện Gia Bình" in answer.text
        cookie = answer.history[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


def test_every_recipient_has_links_of_its_own(reminded: Portal) -> None:
    tokens = {link_in_letter(reminded, to).partition("?k=")[2] for to in (OFFICER, "can-bo@que-vo.example")}
    assert len(tokens) == 2


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_opens_a_link_changes_nothing_in_the_ledger(reminded: Portal, method: str) -> None:
    link, before = link_in_letter(reminded), all_rows(reminded)
    with reminded.visit() as scanner:
        for _ in range(3):
            answer = scanner.request(method, link, headers={"Purpose": "prefetch"})
    assert answer.content == b"" or method == "GET"
    assert all_rows(reminded) == before


def test_a_link_is_over_after_its_time(portal: Portal) -> None:
    made, address = new_link(portal.place, OFFICER, purpose="answer", lasts=3 * DAY, by="test")
    with portal.visit() as browser:
        assert browser.get(address).status_code == 200
        portal.clock.now += 3 * DAY
        answer = portal.visit().get(address)
    assert answer.status_code == 410
    assert "Đường dẫn đã hết hạn" in answer.text
    assert made.expires_at == portal.clock.now


@pytest.mark.parametrize("unit", ["gia-luong", "gia-binh"])
def test_a_link_to_a_renamed_unit_opens_what_it_owes(portal: Portal, tmp_path: Path, unit: str) -> None:
    file = tmp_path / "plans" / "hoi" / "organisation.yaml"
    file.write_text(ORGANISATION.replace("id: gia-binh", "id: gia-luong\n    was: gia-binh"), encoding="utf-8")
    apply_plan(portal.place, file, by="quan-tri")
    _, address = new_link(portal.place, OFFICER, purpose="answer", target=f"unit:{unit}", lasts=DAY, by="test")
    with portal.visit() as browser:
        assert "Báo cáo 6 tháng" in browser.get(address).text
        assert browser.get(f"/o/{H1}").status_code == 200


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("unit:gia-bin", "there is no unit gia-bin"),
        ("ke-hoac", "No applied plan is called ke-hoac. Did you mean ke-hoach"),
        (f"{H1}x", f"No obligation is called {H1}x. Did you mean {H1}"),
    ],
)
def test_no_link_is_made_to_what_is_not_there(portal: Portal, target: str, said: str) -> None:
    with pytest.raises(DondocError, match=said):
        new_link(portal.place, OFFICER, purpose="answer", target=target, lasts=DAY, by="test")


def test_the_links_of_a_letter_are_over_half_a_year_later(reminded: Portal) -> None:
    token = link_in_letter(reminded).partition("?k=")[2]
    reminded.clock.now += LETTER_OPENS_FOR + DAY
    assert reminded.visit().get("/", params={"k": token}).status_code == 410


@pytest.mark.parametrize("what", ["link", "letter", "person"])
def test_what_was_revoked_opens_nothing_even_in_a_session_that_is_open(reminded: Portal, what: str) -> None:
    if what == "letter":
        key = link_in_letter(reminded).partition("?k=")[2].partition(".")[0]
        address = reminded.signed("/", key)
    else:
        made, address = new_link(reminded.place, OFFICER, purpose="answer", lasts=DAY, by="test")
        key = made.id if what == "link" else OFFICER
    with reminded.visit() as browser:
        assert browser.get(address).status_code == 200
        assert revoke(reminded.place, key, by="quan-tri", why="Đã chuyển công tác") == what
        for again in (browser.get("/"), browser.get(address)):
            assert again.status_code == 410
            assert "Đường dẫn đã bị thu hồi" in again.text


def test_after_a_person_was_revoked_a_new_link_opens_again(portal: Portal) -> None:
    new_link(portal.place, OFFICER, purpose="answer", lasts=DAY, by="test")
    revoke(portal.place, OFFICER, by="quan-tri", why="")
    portal.clock.now += timedelta(seconds=1)
    _, address = new_link(portal.place, OFFICER, purpose="answer", lasts=DAY, by="test")
    assert portal.visit().get(address).status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: ("y" if t[0] == "x" else "x") + t[1:],
        lambda t: "",
        lambda t: "é.ü",
    ],
)
def test_a_token_that_was_changed_opens_nothing(portal: Portal, spoil) -> None:
    _, address = new_link(portal.place, OFFICER, purpose="answer", lasts=DAY, by="test")
    head, _, token = address.partition("?k=")
    answer = portal.visit().get(head, params={"k": spoil(token)})
    assert answer.status_code == 404
    assert "Đường dẫn không đúng" in answer.text


def test_somebody_who_left_the_organisation_file_is_told_so(portal: Portal) -> None:
    made, _ = new_link(portal.place, OFFICER, purpose="answer", lasts=DAY, by="test")
    with portal.place.database.writing() as connection:
        keep_link(connection, replace(made, id="gone", person="da-nghi@hoi.example"))
    answer = portal.visit().get(portal.signed("/", "gone"))
    assert answer.status_code == 403
    assert "không còn trong danh sách" in answer.text


def test_without_a_link_the_page_says_where_to_find_one(portal: Portal) -> None:
    answer = portal.visit().get("/")
    assert answer.status_code == 401
    assert "Xin mở đường dẫn trong thư" in answer.text


def test_keys_rotate_the_old_one_still_opens_and_a_dropped_one_does_not(tmp_path: Path) -> None:
    def settings(*keys: str) -> Settings:
        return Settings(home=tmp_path, secret_keys=tuple(SecretStr(key) for key in keys))

    old = keys_of(settings("the-first-key-of-all")).sign("abc")
    both = keys_of(settings("the-second-key-of-all", "the-first-key-of-all"))
    assert both.read(old) == "abc"
    assert both.sign("abc") == keys_of(settings("the-second-key-of-all")).sign("abc") != old
    assert keys_of(settings("the-second-key-of-all")).read(old) is None


def test_without_a_setting_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    token = keys_of(settings).sign("abc")
    assert key_file(settings).stat().st_mode & 0o777 == 0o600
    keys_of.cache_clear()
    assert keys_of(settings).read(token) == "abc"


def test_what_is_signed_for_one_purpose_is_worth_nothing_for_another() -> None:
    keys = Keys(("a-key-long-enough",))
    assert keys.read(keys.sign("abc"), "session") is None


def test_links_of_a_reviewers_letter_decide_and_those_of_a_units_do_not(portal: Portal) -> None:
    answers, _ = new_link(portal.place, "can-bo@hoi.example", purpose="answer", lasts=DAY, by="test")
    decides, _ = new_link(portal.place, "can-bo@hoi.example", purpose="review", lasts=DAY, by="test")
    stranger, _ = new_link(portal.place, OFFICER, purpose="review", lasts=DAY, by="test")
    with portal.place.database.reading() as connection:
        found = [open_link(connection, one.id, portal.clock.now).may_decide for one in (answers, decides, stranger)]
    assert found == [False, True, False]
