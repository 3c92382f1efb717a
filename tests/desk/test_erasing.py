"""Erasing: the content is gone from ledger and disk, the history and the digest stay."""

from __future__ import annotations

import pytest

from dondoc.desk.collect import collect
from dondoc.desk.erasing import erase, foresee_erasure
from dondoc.desk.explain import explain_obligation
from dondoc.desk.submissions import Attachment, submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store.arrivals import recent_arrivals
from dondoc.store.submissions import submissions_of
from tests.desk.matters import stands, story
from tests.places import local
from tests.small_plan import FIGURES, H1, XAC_NHAN

SECRET = "Cháu Nguyễn Văn A"


@pytest.fixture
def answered(office: Workplace) -> Workplace:
    """Two versions, each with a file, and one file that another duty's submission has too."""
    place = office.at(local("2023-06-16 09:00"))
    shared, own = Attachment("chung.pdf", b"%PDF shared"), Attachment(f"{SECRET}.pdf", b"%PDF " + SECRET.encode())
    submit(place, H1, {**FIGURES, "note": SECRET}, [shared, own], by="x", channel="form")
    submit(place, H1, {**FIGURES, "I12": 9}, [shared], by="x", channel="form")
    same = Attachment("Danh sách đã xoá.pdf", shared.content)
    submit(
        place.at(local("2023-06-16 10:00")), H1.replace("gia-binh", "que-vo"), FIGURES, [same], by="x", channel="form"
    )
    return place


def everything(place: Workplace) -> str:
    """What the ledger and the files hold, as one text."""
    with place.database.reading() as connection:
        rows = [str(one) for one in submissions_of(connection, H1)]
    files = [path.read_bytes().decode() for path in place.attachments.folder.glob("??/*")]
    return "\n".join([*rows, *files])


def test_the_content_is_gone_and_the_history_stays(answered: Workplace) -> None:
    before = stands(answered, H1).standing
    assert SECRET in everything(answered)
    foreseen = foresee_erasure(answered, H1)
    done = erase(answered, H1, by="quan-tri", why="Có tên trẻ em")
    assert (done.versions, len(foreseen.files), len(done.files)) == ((1, 2), 2, 1), "one file another unit sent too"
    assert SECRET not in everything(answered)
    assert stands(answered, H1).standing == before
    assert story(answered, H1) == ["Scheduled", "Submitted", "Submitted", "Erased", "Erased"]
    with answered.database.reading() as connection:
        first, second = submissions_of(connection, H1)
    assert (dict(first.data), {file.filename for file in first.attachments}) == ({}, {"đã xoá"})
    assert first.digest != second.digest != ""
    told = [line.text.vi for line in explain_obligation(answered, H1).explanation.happened]
    assert f"Nội dung lần 1 đã xoá (dấu {first.digest[:12]}) (quan-tri): Có tên trẻ em" in told


def test_one_version_alone_is_erased_and_again_is_nothing_new(answered: Workplace) -> None:
    assert erase(answered, f"{H1}#1", by="x", why="Nhầm").versions == (1,)
    again = erase(answered, f"{H1}#1", by="x", why="Nhầm")
    assert (again.events, story(answered, H1).count("Erased")) == ((), 1)
    with answered.database.reading() as connection:
        first, second = submissions_of(connection, H1)
    assert (first.data, second.data["I12"]) == ({}, 9)


def test_what_arrived_raw_is_erased_with_it(office: Workplace) -> None:
    place = office.at(local("2023-04-17 09:00"))
    inbox = place.settings.home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "a.json").write_text(f'{{"obligation": "{XAC_NHAN}", "by": "{SECRET}", "data": {{}}}}', encoding="utf-8")
    assert collect(place) == 1
    done = erase(place, XAC_NHAN, by="x", why="Nhầm")
    assert (len(done.arrivals), len(done.files)) == (1, 1)
    with place.database.reading() as connection:
        (arrival,) = recent_arrivals(connection)
    assert (arrival.outcome, arrival.detail, place.attachments.path(arrival.digest).exists()) == (
        "submitted", "đã xoá", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "why", "sentence"),
    [
        (H1, " ", "no reason was given"),
        (f"{H1}#7", "x", "version 7 was never handed in"),
        (f"{H1}#x", "x", "`x` is no version"),
        (XAC_NHAN, "x", "nothing was handed in"),
    ],
)
def test_what_cannot_be_erased_is_told(answered: Workplace, target: str, why: str, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        erase(answered, target, by="x", why=why)
