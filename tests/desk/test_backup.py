"""A backup is of one moment, also under load; restored elsewhere the ledger says the same, and waits."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from zipfile import ZipFile

import pytest
from sqlalchemy import MetaData, Table, select

from dondoc.desk.backup import back_up, restore
from dondoc.desk.doctor import examine
from dondoc.desk.explain import explain_obligation
from dondoc.desk.obligations import extend, review
from dondoc.desk.round import run_round
from dondoc.desk.status import status
from dondoc.desk.submissions import Attachment, submit
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.settings import load_settings
from dondoc.store import archive, ledger
from dondoc.store.archive import NotRestored, read_manifest
from dondoc.store.schema import metadata
from dondoc.store.submissions import submissions_of
from tests.places import environment, local
from tests.servers.postgres import PostgresServer
from tests.small_plan import FIGURES, H1, H2, XAC_NHAN


def empty(home: Path, url: str, office: Workplace) -> Workplace:
    return open_workplace(load_settings(environment(home, url))).at(office.now())


def lived_in(office: Workplace) -> Workplace:
    """Something of every kind: letters, submissions with files, a return, an extension."""
    for day in ("2023-04-18", "2023-04-20", "2023-06-12"):
        asyncio.run(run_round(office.at(local(f"{day} 08:00")), local(f"{day} 08:00")))
    place = office.at(local("2023-06-16 09:00"))
    submit(place, H1, FIGURES, [Attachment("báo cáo.pdf", b"%PDF-1.4")], by="x", channel="form")
    review(place, H1, "return", by="can-bo@hoi.example", note="Thiếu mục II")
    extend(place, H2, "grant", by="x", to=local("2024-01-05 00:00").date())
    return place


@pytest.fixture
def other_url(office: Workplace, postgres_server: PostgresServer, tmp_path: Path):
    """The other kind of database, empty."""
    if office.database.engine.dialect.name == "postgresql":
        yield f"sqlite:///{tmp_path / 'other.db'}"
    else:
        with postgres_server.new_database() as url:
            yield url


def test_a_ledger_moves_to_the_other_kind_of_database_and_says_the_same(
    office: Workplace, other_url: str, tmp_path: Path
) -> None:
    place = lived_in(office)
    made = back_up(place, tmp_path / "a.zip")
    there = empty(tmp_path / "there", other_url, place)
    assert restore(there, tmp_path / "a.zip", by="quan-tri").rows == made.rows
    assert status(there).as_data() == status(place).as_data()
    assert explain_obligation(there, H1).as_data()["happened"] == explain_obligation(place, H1).as_data()["happened"]
    with there.database.reading() as connection:
        (kept,) = submissions_of(connection, H1)
    assert b"".join(there.attachments.read(kept.attachments[0].digest)) == b"%PDF-1.4"
    assert submit(there, H1, {**FIGURES, "I12": 9}, by="x", channel="form").event > made.tables["history"][0]
    there.database.close()


def test_there_and_back_again_every_row_is_the_same(office: Workplace, other_url: str, tmp_path: Path) -> None:
    first = back_up(lived_in(office), tmp_path / "a.zip")
    there = empty(tmp_path / "there", other_url, office)
    restore(there, tmp_path / "a.zip", by="x")
    second = back_up(there, tmp_path / "b.zip")
    there.database.close()
    assert first.tables.keys() == second.tables.keys()
    assert [name for name in first.tables if first.tables[name] != second.tables[name]] == ["brakes"]


def test_a_restored_ledger_waits_and_the_doctor_says_so(office: Workplace, tmp_path: Path) -> None:
    back_up(lived_in(office), tmp_path / "a.zip")
    url = f"sqlite:///{tmp_path / 'neu.db'}"
    there = empty(tmp_path / "there", url, office)
    restore(there, tmp_path / "a.zip", by="quan-tri")
    asyncio.run(run_round(there.at(local("2023-06-30 08:00")), local("2023-06-30 08:00")))
    assert not list((tmp_path / "there" / "outbox").glob("*.eml"))
    there.database.close()
    findings = examine(environment(tmp_path / "there", url))
    (brake,) = [one for one in findings if one.name == "brake"]
    assert "sending is stopped for all plans by quan-tri (restored from a.zip" in brake.found
    assert [one for one in findings if one.name in ("database", "next actions") and one.state == "wrong"] == []


def test_a_backup_under_load_is_of_one_moment(office: Workplace, tmp_path: Path) -> None:
    lived_in(office)
    stop, n = Event(), 0

    def work() -> None:
        nonlocal n
        while not stop.is_set() or n < 3:
            n += 1
            at = local(f"2023-06-{16 + n % 12:02} 10:00")
            content = f"%PDF-1.4 {n}".encode()
            submit(office.at(at), XAC_NHAN.replace("gia-binh", "que-vo") if n == 1 else H1, FIGURES | {"I12": 10 + n}
                   if n > 1 else {}, [Attachment("x.pdf", content)], by="x", channel="form",
                   at=local("2023-04-17 09:00") if n == 1 else None)  # fmt: skip
            asyncio.run(run_round(office.at(at), at))

    worker = Thread(target=work)
    worker.start()
    try:
        for number in range(2):
            back_up(office, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        worker.join()
    for number in range(2):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        there = empty(tmp_path / f"there-{number}", url, office)
        restore(there, tmp_path / f"{number}.zip", by="x")
        with there.database.reading() as connection:
            assert list(ledger.verify(connection)) == []
            files = [file for one in submissions_of(connection, H1) for file in one.attachments]
        assert all(b"".join(there.attachments.read(file.digest)).startswith(b"%PDF") for file in files)
        there.database.close()


def test_what_is_damaged_or_no_backup_or_has_no_room_is_told_and_changes_nothing(
    office: Workplace, tmp_path: Path
) -> None:
    good = tmp_path / "a.zip"
    back_up(lived_in(office), good)
    with pytest.raises(NotRestored, match="the ledger is not empty"):
        restore(office, good, by="x")
    broken = tmp_path / "broken.zip"
    with ZipFile(good) as old, ZipFile(broken, "w") as new:
        for one in old.infolist():
            content = old.read(one)
            new.writestr(one, content.replace(b"Submitted", b"x") + b"{}\n" if "history" in one.filename else content)
    there = empty(tmp_path / "there", f"sqlite:///{tmp_path / 'neu.db'}", office)
    with pytest.raises(NotRestored, match="its table history is not what was written"):
        restore(there, broken, by="x")
    broken.write_bytes(b"PK")
    with pytest.raises(NotRestored, match="it is no backup"):
        restore(there, broken, by="x")
    restore(there, good, by="x")
    there.database.close()


def test_no_secret_is_in_a_backup(tmp_path: Path, office: Workplace) -> None:
    url = office.database.url
    secret = {"smtp_url": "smtp://nhac:bi-mat@mail.example:25", "secret_keys": "khoa-bi-mat-0123456789-0123456789"}
    place = open_workplace(load_settings(environment(tmp_path / "home", url, **secret)))
    back_up(place, tmp_path / "a.zip")
    place.database.close()
    with ZipFile(tmp_path / "a.zip") as file:
        manifest = file.read("manifest.json").decode()
    assert "bi-mat" not in manifest
    assert json.loads(manifest)["settings"]["smtp_url"] == "smtp://nhac:***@mail.example:25"
    assert read_manifest(tmp_path / "a.zip").files == 0


DROPPED = {("submissions", "received_at"), ("submissions", "attachments"), ("outbox", "day"), ("outbox", "urgent")}
"""Of every type: an instant, JSON, a day, a truth value."""


def test_what_a_later_version_dropped_is_restored_into_the_version_that_had_it(
    office: Workplace, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(lived_in(office), tmp_path / "a.zip")
    later = MetaData()  # what newer software knows: some columns and a whole table are gone
    for table in metadata.sorted_tables:
        if table.name != "drafts":
            kept = [one._copy() for one in table.columns if (table.name, one.name) not in DROPPED]
            Table(table.name, later, *kept)
    there = empty(tmp_path / "there", other_url, office)
    with monkeypatch.context() as newer:
        newer.setattr(archive, "metadata", later)
        assert restore(there, tmp_path / "a.zip", by="x").rows == made.rows
    for table, column in sorted(DROPPED):
        asked = select(metadata.tables[table].c[column]).order_by(*metadata.tables[table].primary_key.columns)
        with there.database.reading() as new, office.database.reading() as old:
            found = new.scalars(asked).all()
            assert found == old.scalars(asked).all(), (table, column)
            assert found
    there.database.close()


def test_a_column_that_its_version_never_had_is_told_and_nothing_is_restored(office: Workplace, tmp_path: Path) -> None:
    back_up(lived_in(office), tmp_path / "a.zip")
    changed = tmp_path / "changed.zip"
    with ZipFile(tmp_path / "a.zip") as old, ZipFile(changed, "w") as new:
        lines = old.read("tables/submissions.jsonl").splitlines()
        rows = b"".join(json.dumps({**json.loads(line), "mood": "good"}).encode() + b"\n" for line in lines)
        manifest = json.loads(old.read("manifest.json"))
        manifest["tables"]["submissions"] = [len(lines), sha256(rows).hexdigest()]
        for one in old.namelist():
            content = {"tables/submissions.jsonl": rows, "manifest.json": json.dumps(manifest)}.get(one)
            new.writestr(one, old.read(one) if content is None else content)
    there = empty(tmp_path / "there", f"sqlite:///{tmp_path / 'neu.db'}", office)
    with pytest.raises(NotRestored, match="its table submissions has a column 'mood' that version"):
        restore(there, changed, by="x")
    restore(there, tmp_path / "a.zip", by="x")
    there.database.close()
