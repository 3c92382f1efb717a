"""Rounds, letters and mishaps: whatever is away, a sentence says what to do, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.small_plan import H1, XAC_NHAN

AWAY = "127.0.0.1:1"


def test_a_round_answers_with_what_it_did(in_force: Program) -> None:
    answer = in_force("round", "--at", "2023-04-18T08:00", "--json")
    assert answer.data == {"decided": 2, "enqueued": 2, "sent": 2, "uncertain": 0, "failed": 0, "voided": 0}
    assert len(list((in_force.home / "outbox").glob("*.eml"))) == 2
    again = in_force("round", "--at", "2023-04-18T09:00", "--json")
    assert set(again.data.values()) == {0}


def test_a_round_for_one_plan_and_for_none_that_is_known(in_force: Program) -> None:
    assert in_force("round", "--plan", "ke-hoach", "--at", "2023-04-18T08:00", "--json").data["sent"] == 2
    assert in_force("round", "--plan", "ke-hoac").status == 2


def test_a_mail_server_that_is_away_loses_nothing(in_force: Program) -> None:
    in_force.set(smtp_url=f"smtp://nhac:bi-mat@{AWAY}")
    answer = in_force("round", "--json", now="2023-04-18T08:00")
    assert (answer.status, answer.data["enqueued"], answer.data["sent"]) == (1, 2, 0)
    assert "No letter is lost" in answer.err
    assert "dondoc doctor" in answer.err
    assert "bi-mat" not in answer.err + answer.out
    assert in_force("doctor", "--quick").status == 1
    in_force.monkeypatch.delenv("DONDOC_SMTP_URL")
    assert in_force("round", "--json", now="2023-04-18T09:00").data["sent"] == 2


def test_prefect_that_is_away_is_told_and_the_round_is_held_all_the_same(in_force: Program) -> None:
    in_force.monkeypatch.setenv("PREFECT_API_URL", f"http://{AWAY}/api")
    answer = in_force("round", "--json", now="2023-04-18T08:00")
    assert answer.data["sent"] == 2
    assert "Prefect at http://127.0.0.1:1/api cannot be reached" in answer.err
    assert in_force("doctor", "--quick").status == 1


def test_a_database_that_is_away_is_a_sentence(dondoc: Program) -> None:
    dondoc.set(database_url=f"postgresql+psycopg://dondoc:bi-mat@{AWAY}/dondoc")
    for words in (["status"], ["round"], ["apply", str(dondoc.plan), "--yes"]):
        answer = dondoc(*words)
        assert (answer.status, "cannot be reached" in answer.err) == (1, True)
        assert "bi-mat" not in answer.err
    assert dondoc("doctor").status == 1


def test_a_setting_that_cannot_be_understood_is_wrong_usage(dondoc: Program) -> None:
    dondoc.set(smtp_url="mail.example")
    answer = dondoc("status")
    assert (answer.status, answer.err.startswith("DONDOC_SMTP_URL must begin with smtp://")) == (2, True)


def test_the_doctor_is_content_with_a_new_place(in_force: Program) -> None:
    answer = in_force("doctor", "--json")
    assert answer.status == 0
    assert {one["state"] for one in answer.data} <= {"good", "note"}


def test_letters_are_listed_shown_cancelled_and_handed_over(in_force: Program) -> None:
    in_force.set(smtp_url=f"smtp://{AWAY}")
    in_force("round", now="2023-04-18T08:00")
    first, second = (one["id"] for one in in_force("outbox", "--json").data)
    shown = in_force("outbox", "show", first)
    assert XAC_NHAN.split("/")[1] in shown.out
    assert "Subject:" in shown.out
    assert in_force("outbox", "cancel", first, "--why", "Đã gọi điện", now="2023-04-18T08:10").status == 0
    handed = in_force("outbox", "handed", second, "--at", "2023-04-18T08:05", now="2023-04-18T08:10")
    assert handed.status == 0, handed.err
    states = {one["id"]: one["state"] for one in in_force("outbox", "--json").data}
    assert states == {first: "refused", second: "sent"}
    assert in_force("outbox", "cancel", second, "--why", "x").status == 1
    assert in_force("outbox", "retry", first, now="2023-04-18T08:20").status == 0
    assert [one["id"] for one in in_force("outbox", "--state", "queued", "--json").data] == [first]
    assert in_force("outbox", "show", "khong-co").status == 1


def test_what_nobody_foresaw_is_a_sentence_and_a_file_and_never_a_traceback(in_force: Program) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("postgresql://a:bi-mat@db/x")

    in_force.monkeypatch.setattr("dondoc.desk.status.status", breaks)
    answer = in_force("status", "ke-hoach")
    assert answer.status == 1
    assert "Traceback" not in answer.err + answer.out
    (noted,) = (in_force.home / "logs").glob("error-*.txt")
    assert str(noted) in answer.err
    assert "ZeroDivisionError" in noted.read_text()
    assert "bi-mat" not in noted.read_text() + answer.err


def test_a_rehearsal_is_told_each_time(in_force: Program) -> None:
    answer = in_force("status", "--json", now="2023-06-05T08:00")
    assert answer.data["at"] == "2023-06-05T08:00:00+07:00"
    assert answer.err == "Rehearsal: DONDOC_NOW makes it 2023-06-05T08:00.\n"
    assert in_force("status", now="soon").status == 2


def program(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from dondoc.cli import main; main()", *words],
        env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
def test_the_program_as_a_process_of_its_own(in_force: Program, tmp_path: Path) -> None:
    environ = {"DONDOC_HOME": str(in_force.home)}
    good = program("check", str(in_force.plan), **environ)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.endswith("1 file: 0 errors, 1 warning.\n")
    unknown = program("waive", H1 + "x", "--why", "y", **environ)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert H1 in unknown.stderr
    assert program("nothing-of-the-kind").returncode == 2


@pytest.mark.slow
def test_checking_a_plan_imports_neither_prefect_nor_the_ledger(in_force: Program) -> None:
    code = (
        "import sys; from dondoc.cli import run; run(['check', sys.argv[1]]);"
        "print([name for name in ('prefect', 'sqlalchemy', 'fastapi', 'aiosmtplib', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(in_force.plan)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("command", "into", "status", "said"),
    [
        ("calendar 2023", "| true", 0, ""),
        ("--help", "| true", 0, ""),
        ("check nowhere.yaml", "| true", 1, ""),
        ("apply {plan} --yes", "| true", 0, ""),
        ("apply {plan} --yes --json", "| true", 0, ""),
        ("apply {plan} --yes", ">&-", 0, ""),
        ("apply {plan} --yes", "> /dev/full", 1, "could not be printed whole: No space left on device"),
    ],
)
def test_what_cannot_be_printed_keeps_nothing_from_being_done(
    dondoc: Program, command: str, into: str, status: int, said: str
) -> None:
    started = f"sleep 0.2; {sys.executable} -c 'from dondoc.cli import main; main()'"  # the reader is gone by then
    shell = f"set -o pipefail; {{ {started} {command.format(plan=dondoc.plan)}; }} {into}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr if said else done.stderr == ""
    if command.startswith("apply"):
        assert dondoc("status", "--all", "--json").data["obligations"]


@pytest.mark.parametrize(("typed", "owed"), [("c\n", 6), ("\n", 0), ("\x04", 0)])
def test_whoever_sits_at_the_terminal_is_asked_there_though_the_answer_goes_into_a_file(
    dondoc: Program, typed: str, owed: int
) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, typed.encode())
    done = subprocess.run(
        [sys.executable, "-c", "from dondoc.cli import main; main()", "apply", str(dondoc.plan)],
        stdin=terminal, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    os.close(terminal)
    os.close(keyboard)
    assert (done.returncode, done.stderr) == (0, "Apply? [y/N] ")
    assert done.stdout.endswith("Nothing was changed.\n") == (not owed)
    assert len(dondoc("status", "--all", "--json").data["obligations"]) == owed
