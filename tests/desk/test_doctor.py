"""The doctor: every setting that is wrong is found, with a sentence on how to mend it, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from dondoc.desk.doctor import Finding, examine
from dondoc.desk.plans import pause
from dondoc.desk.workplace import Workplace
from dondoc.store.schema import obligations
from tests.places import environment


def found(environ: dict[str, str]) -> dict[str, Finding]:
    return {one.name: one for one in examine(environ)}


@pytest.fixture
def environ(office: Workplace) -> dict[str, str]:
    url = office.settings.database_url.get_secret_value()
    return environment(office.settings.home, url)


def test_a_healthy_place_has_nothing_wrong(environ: dict[str, str]) -> None:
    findings = examine(environ)
    assert [one for one in findings if one.state == "wrong"] == []
    assert {
        "settings",
        "folder",
        "disk",
        "database",
        "plans",
        "clock",
        "next actions",
        "mail out",
        "portal",
        "keys",
    } <= {one.name for one in findings}


def test_every_setting_that_cannot_be_understood_is_told_at_once(tmp_path: Path) -> None:
    findings = examine({"DONDOC_SMTP_URL": "http://x", "DONDOC_BASE_URL": "here", "DONDOC_HOME": str(tmp_path)})
    assert [(one.name, one.state) for one in findings] == [("DONDOC_SMTP_URL", "wrong"), ("DONDOC_BASE_URL", "wrong")]
    assert all("Set it like" in one.mend for one in findings)


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    url = "postgresql+psycopg://dondoc:secret@127.0.0.1:1/dondoc"
    one = found(environment(tmp_path, url))["database"]
    assert one.state == "wrong"
    assert "cannot be reached" in one.found
    assert "secret" not in one.found + one.mend


def test_a_ledger_without_tables(tmp_path: Path) -> None:
    one = found(environment(tmp_path, f"sqlite:///{tmp_path / 'new.db'}"))["database"]
    assert (one.state, "no tables yet" in one.found) == ("wrong", True)


def test_a_next_action_that_is_not_what_history_says(office: Workplace, environ: dict[str, str]) -> None:
    with office.database.writing() as connection:
        connection.execute(update(obligations).values(next_action_at=None))
    one = found(environ)["next actions"]
    assert one.state == "wrong"
    assert "next actions" not in {one.name for one in examine(environ, quick=True)}


def test_a_mail_server_that_is_away(environ: dict[str, str]) -> None:
    findings = found(environ | {"DONDOC_SMTP_URL": "smtp://nhac:bi-mat@127.0.0.1:1"})
    assert findings["mail out"].state == "wrong"
    assert "outbox" in findings["mail out"].mend
    assert "bi-mat" not in findings["mail out"].found
    assert findings["portal"].state == "wrong", "letters leave, and their links lead to this machine"
    shared = "postgresql" in findings["database"].found
    assert findings["keys"].state == ("wrong" if shared else "note"), (
        "several machines need one key, a single one makes its own"
    )


def test_a_mailbox_that_is_away(environ: dict[str, str]) -> None:
    one = found(environ | {"DONDOC_IMAP_URL": "imap://a:bi-mat@127.0.0.1:1"})["mail in"]
    assert (one.state, "bi-mat" in one.found) == ("wrong", False)


def test_prefect_that_does_not_answer(environ: dict[str, str]) -> None:
    one = found(environ | {"PREFECT_API_URL": "http://127.0.0.1:1/api"})["Prefect"]
    assert one.state == "wrong"
    assert "dondoc up" in one.mend


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = found(environment(tmp_path / "file" / "home", f"sqlite:///{tmp_path / 'x.db'}"))["folder"]
    assert one.state == "wrong"


def test_what_a_person_should_know_is_a_note(office: Workplace, environ: dict[str, str]) -> None:
    pause(office, by="quan-tri", why="Diễn tập")
    findings = found(environ | {"DONDOC_REDIRECT_TO": "thu@hoi.example"})
    assert findings["brake"].state == "note"
    assert "Diễn tập" in findings["brake"].found
    assert findings["rehearsal"].state == "note"


@pytest.mark.parametrize(("keys", "state"), [("short", "wrong"), ("k" * 32, "good"), ("k" * 32 + ",short", "wrong")])
def test_keys_must_be_long_enough(environ: dict[str, str], keys: str, state: str) -> None:
    assert found(environ | {"DONDOC_SECRET_KEYS": keys})["keys"].state == state
