"""Letters as files: readable names, one file for each letter, never half a letter."""

import asyncio
import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from notifications.maildrop import Maildrop
from notifications.mime import Mailbox, Message, to_bytes
from notifications.outcome import NotSent, Sent

LETTER = Message(
    message_id="<nhac.luong-tai.2023-06-19@hoi.example>",
    sender=Mailbox("Ban theo dõi", "theo-doi@hoi.example"),
    to=Mailbox("Hội LHPN huyện Lương Tài", "van-phong@luong-tai.example"),
    reply_to=None,
    subject="[Nhắc việc] Báo cáo 6 tháng đầu năm",
    date=datetime(2023, 6, 19, 8, 0, tzinfo=timezone(timedelta(hours=7))),
    text="Kính gửi",
    html=None,
)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_a_letter_becomes_a_file_whose_name_can_be_read(tmp_path: Path):
    async with Maildrop(tmp_path / "outbox") as drop:
        outcome = await drop.send(LETTER.sender.address, LETTER.to.address, to_bytes(LETTER))
    [name] = names(tmp_path / "outbox")
    assert outcome == Sent(f"written to {name}")
    assert name == "2023-06-19_van-phong.luong-tai_nhac-viec-bao-cao-6-thang-dau-nam_5df10b720c29.eml"
    assert (tmp_path / "outbox" / name).read_bytes() == to_bytes(LETTER)


async def test_a_letter_delivered_again_leaves_one_file_even_from_another_process(tmp_path: Path):
    again = replace(LETTER, subject="[Nhắc việc] Báo cáo 6 tháng: hôm nay", text="Kính gửi lần nữa")
    async with Maildrop(tmp_path) as drop:
        await drop.send("", LETTER.to.address, to_bytes(LETTER))
        await drop.send("", LETTER.to.address, to_bytes(LETTER))
    async with Maildrop(tmp_path) as drop:
        await drop.send("", LETTER.to.address, to_bytes(again))
    [name] = names(tmp_path)
    assert (tmp_path / name).read_bytes() == to_bytes(again)


async def test_other_letters_and_other_recipients_have_files_of_their_own(tmp_path: Path):
    async with Maildrop(tmp_path) as drop:
        for number in range(3):
            letter = replace(LETTER, message_id=f"<{number}@hoi.example>")
            await drop.send("", "một@xã.example", to_bytes(letter), utf8=True)
            await drop.send("", "hai@xã.example", to_bytes(letter))
    assert len(names(tmp_path)) == 6
    assert names(tmp_path)[0].startswith("2023-06-19_hai.xa_nhac-viec")
    assert names(tmp_path)[5].startswith("2023-06-19_mot.xa_nhac-viec")


async def test_files_sort_by_day(tmp_path: Path):
    async with Maildrop(tmp_path) as drop:
        for day in (19, 3, 27):
            letter = replace(LETTER, message_id=f"<{day}@hoi.example>", date=LETTER.date.replace(day=day))
            await drop.send("", LETTER.to.address, to_bytes(letter))
    assert [name[:10] for name in names(tmp_path)] == ["2023-06-03", "2023-06-19", "2023-06-27"]


async def test_no_subject_can_lead_out_of_the_folder(tmp_path: Path):
    letter = replace(LETTER, subject="../../../etc/passwd " + "dài " * 200)
    async with Maildrop(tmp_path / "outbox") as drop:
        assert isinstance(await drop.send("", "../../x@y.example", to_bytes(letter)), Sent)
    assert names(tmp_path) == ["outbox"]
    [name] = names(tmp_path / "outbox")
    assert len(name) < 150


async def test_many_at_once(tmp_path: Path):
    async with Maildrop(tmp_path) as drop:
        letters = [to_bytes(replace(LETTER, message_id=f"<{number}@hoi.example>")) for number in range(100)]
        outcomes = await asyncio.gather(*(drop.send("", LETTER.to.address, letter) for letter in letters))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(names(tmp_path)) == 100


async def test_a_letter_without_date_or_subject_is_written_all_the_same(tmp_path: Path):
    async with Maildrop(tmp_path) as drop:
        assert isinstance(await drop.send("", "a@b.example", b"Message-ID: <x@y>\r\n\r\ntext\r\n"), Sent)
    assert names(tmp_path)[0].startswith("0000-00-00_a.b_letter_")


async def test_a_folder_that_cannot_be_written_to_is_named_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with Maildrop(tmp_path) as drop:
        monkeypatch.setattr(os, "fsync", full)
        outcome = await drop.send("", LETTER.to.address, to_bytes(LETTER))
        assert outcome == NotSent(f"The letter cannot be written into {tmp_path} (No space left on device)")
        assert await drop.check() is None
    assert names(tmp_path) == []
    assert isinstance(await Maildrop(tmp_path / "nowhere").check(), NotSent)
