"""Submissions, files, arrivals and mirrors: everything that came is kept."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from dondoc.errors import UnknownObligation
from dondoc.store.arrivals import arrived, recent_arrivals, settle, waiting
from dondoc.store.attachments import Attachments, TooLarge
from dondoc.store.database import Database
from dondoc.store.mirrors import Mirror, keep_mirror, mirrors_of
from dondoc.store.submissions import Attachment, Submission, keep_submission, latest_submissions, submissions_of
from tests.store.office import MONDAY, Office, obligation

HOUR = timedelta(hours=1)
SCAN = Attachment("ab" * 32, "Báo cáo 6 tháng.pdf", "application/pdf", 12_345)


def keep(office: Office, unit: str = "gia-binh", **content) -> Submission:
    with office.database.writing() as connection:
        return keep_submission(
            connection,
            obligation(unit),
            **{
                "received_at": MONDAY,
                "recorded_at": MONDAY + HOUR,
                "channel": "paper",
                "by": "clerk",
                "data": {"so_tre_em": 1200, "ghi_chu": "đã đủ"},
                **content,
            },
        )


def test_every_version_of_a_submission_is_kept(office: Office):
    first = keep(office, attachments=[SCAN])
    second = keep(office, data={"so_tre_em": 1250}, channel="form")
    keep(office, "que-vo", data={}, nothing_to_report=True)
    assert (first.version, second.version, second.reference) == (1, 2, f"{obligation()}#2")
    with office.database.reading() as connection:
        assert submissions_of(connection, obligation()) == (first, second)
        latest = latest_submissions(connection, [obligation(), obligation("que-vo"), obligation("luong-tai")])
    assert {key: one.version for key, one in latest.items()} == {obligation(): 2, obligation("que-vo"): 1}


def test_the_same_content_has_the_same_digest_whatever_the_order(office: Office):
    one = keep(office, data={"a": 1, "b": 2}, attachments=[SCAN, replace(SCAN, digest="cd" * 32)])
    two = keep(office, data={"b": 2, "a": 1}, attachments=[replace(SCAN, digest="cd" * 32), SCAN])
    other = keep(office, data={"a": 1, "b": 3})
    assert one.digest == two.digest != other.digest


def test_a_submission_for_an_unknown_obligation_is_refused(office: Office):
    with pytest.raises(UnknownObligation):
        keep(office, "nowhere")


def test_a_file_is_kept_once_under_its_digest(tmp_path: Path):
    attachments = Attachments(tmp_path / "attachments")
    kept = attachments.keep([b"B\xc3\xa1o ", b"c\xc3\xa1o"])
    assert kept == attachments.keep(iter([b"B\xc3\xa1o c\xc3\xa1o"]))
    assert (kept.digest, kept.size) == (sha256("Báo cáo".encode()).hexdigest(), 9)
    assert b"".join(attachments.read(kept.digest)) == "Báo cáo".encode()
    assert [path.name for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == [kept.digest]


def test_a_file_from_the_disk_is_kept_like_any_other(tmp_path: Path):
    (tmp_path / "scan.pdf").write_bytes(b"x" * 3_000_000)
    attachments = Attachments(tmp_path / "attachments")
    assert attachments.keep_file(tmp_path / "scan.pdf").size == 3_000_000


def test_what_is_too_large_or_breaks_off_leaves_nothing(tmp_path: Path):
    attachments = Attachments(tmp_path)

    def breaks():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(TooLarge):
        attachments.keep([b"x" * 6, b"x" * 6], at_most=10)
    with pytest.raises(ConnectionResetError):
        attachments.keep(breaks())
    assert list(tmp_path.rglob("*")) == []
    assert attachments.keep([b"x" * 10], at_most=10).size == 10


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "AB" * 32, "ab" * 31])
def test_only_a_digest_leads_to_a_file(tmp_path: Path, digest: str):
    with pytest.raises(ValueError, match="no SHA-256 digest"):
        Attachments(tmp_path).path(digest)


def test_an_erased_file_is_gone(tmp_path: Path):
    attachments = Attachments(tmp_path)
    kept = attachments.keep([b"x"])
    assert attachments.erase(kept.digest)
    assert not attachments.erase(kept.digest)
    with pytest.raises(FileNotFoundError):
        next(attachments.read(kept.digest))


def test_what_arrives_is_noted_once_and_waits_until_it_is_settled(database: Database, tmp_path: Path):
    kept = Attachments(tmp_path).keep([b"From: someone"])
    with database.writing() as connection:
        assert arrived(connection, "mail", "INBOX/1", kept, arrived_at=MONDAY, now=MONDAY + HOUR)
        assert not arrived(connection, "mail", "INBOX/1", kept, arrived_at=MONDAY, now=MONDAY + HOUR)
        assert arrived(connection, "drop", "INBOX/1", kept, arrived_at=MONDAY, now=MONDAY + HOUR)
    with database.writing() as connection:
        first, second = waiting(connection)
        assert (first.source, first.digest, first.arrived_at) == ("mail", kept.digest, MONDAY)
        settle(connection, first.id, "submitted", now=MONDAY + 2 * HOUR, obligation="p/t/u/once")
    with database.writing() as connection:
        assert [one.id for one in waiting(connection)] == [second.id]
    with database.reading() as connection:
        assert [one.outcome for one in recent_arrivals(connection)] == [None, "submitted"]


def test_a_mirror_is_remembered_as_it_was_kept_last(database: Database):
    mirror = Mirror("tre-em", "bao-cao", "2023-H1", "run-1", {"name": "Collecting", "done": 7}, 0, MONDAY)
    with database.writing() as connection:
        keep_mirror(connection, replace(mirror, pushed_state=None))
        keep_mirror(connection, mirror)
        keep_mirror(connection, replace(mirror, plan="other"))
    with database.reading() as connection:
        assert mirrors_of(connection, "tre-em") == {("bao-cao", "2023-H1"): mirror}
        assert mirrors_of(connection, "other")["bao-cao", "2023-H1"].plan == "other"
