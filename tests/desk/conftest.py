"""A workplace with the small plan in force since 13 April 2023, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from notifications.inbox import TAKEN
from tests.places import workplace
from tests.servers.mailstack import MailStack
from tests.small_plan import write_plan


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """The small plan's file, its organisation beside it."""
    return write_plan(tmp_path / "plans" / "hoi")


@pytest.fixture
def office(tmp_path: Path, ledger_url: str, plan_file: Path) -> Workplace:
    """At 08:00 on 13 April 2023, with the small plan applied."""
    place = workplace(tmp_path / "home", ledger_url)
    apply_plan(place, plan_file, by="quan-tri")
    return place


@pytest.fixture
def box(mail: MailStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailStack]:
    """The mail servers with an empty mailbox of ours, their certificate trusted as that of an office's own would be."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail.ca_file))
    with mail.mailbox() as ours:
        for folder in ("INBOX", TAKEN):
            if ours.folder.exists(folder):
                ours.folder.set(folder)
                ours.delete(ours.uids())
    return mail
