"""Erasing what was handed in: its answers, files and raw mail go; that it was there, and its digest, stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from dondoc.core.history import Erased
from dondoc.desk.obligations import open_case
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import contents, ledger
from dondoc.store.matters import load
from dondoc.store.submissions import Submission, submissions_of

WHAT = "Erasing"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is (to be) erased: versions of a submission, and how many files and arrivals go with them."""

    obligation: str
    versions: tuple[int, ...]
    files: tuple[str, ...]
    arrivals: tuple[int, ...]
    events: tuple[int, ...] = ()


def parse(target: str) -> tuple[str, int | None]:
    """An obligation, or one version of what was handed in for it.

    >>> parse("p/t/u/2023#2"), parse("p/t/u/2023")
    (('p/t/u/2023', 2), ('p/t/u/2023', None))
    """
    obligation, mark, version = target.partition("#")
    if mark and not version.isdigit():
        raise NotAllowed(WHAT, f"`{version}` is no version", "Write it as OBLIGATION#2.")
    return obligation, int(version) if version else None


def foresee_erasure(place: Workplace, target: str) -> Erasure:
    """What erasing would take away; changes nothing.

    Raises:
        UnknownObligation, NotAllowed: there is nothing of the kind.
    """
    with place.database.reading() as connection:
        return _found(connection, target)[0]


def erase(place: Workplace, target: str, *, by: str, why: str) -> Erasure:
    """Erase the content of what was handed in, in whatever version or in one; erasing again finishes what was begun.

    The ledger forgets first, then the files go that nothing else refers to. Drafts and mails about it go too. Who
    handed in what when, and what was decided, stays.

    Raises:
        UnknownObligation: with the nearest ids.
        NotAllowed: nothing was handed in, or no reason was given.
    """
    if not why.strip():
        raise NotAllowed(WHAT, "no reason was given", "Say with --why why it must not be kept.")
    obligation, _ = parse(target)
    with place.database.writing() as connection:
        case = open_case(connection, place, obligation, None)
        found, versions = _found(connection, target)
        facts = [
            Erased(
                obligation=obligation, happened_at=case.at, recorded_at=case.recorded_at, by=by, why=why.strip(),
                version=one.version, digest=one.digest,
            )
            for one in versions
            if not _is_erased(case.history, one.version)
        ]  # fmt: skip
        for one in versions:
            contents.empty_submission(connection, one)
        contents.forget(connection, obligation, found.arrivals)
        events = tuple(fact.id for fact in ledger.record(connection, facts))
        gone = [digest for digest in found.files if not contents.is_referred_to(connection, digest)]
    for digest in gone:
        place.attachments.erase(digest)
    return Erasure(obligation, found.versions, tuple(gone), found.arrivals, events)


def _found(connection: Connection, target: str) -> tuple[Erasure, tuple[Submission, ...]]:
    obligation, wanted = parse(target)
    load(connection, [obligation])  # says which are like it, where there is none
    versions = tuple(one for one in submissions_of(connection, obligation) if wanted in (None, one.version))
    arrived = contents.arrivals_about(connection, obligation) if wanted is None else {}
    if not versions and not arrived:
        what = f"version {wanted} was never handed in" if wanted else "nothing was handed in"
        raise NotAllowed(WHAT, what, "`dondoc explain OBLIGATION` shows what was.")
    digests = dict.fromkeys([*_digests(versions), *arrived.values()])
    return Erasure(obligation, tuple(one.version for one in versions), tuple(digests), tuple(arrived)), versions


def _digests(versions: Iterable[Submission]) -> Iterable[str]:
    return (file.digest for one in versions for file in one.attachments)


def _is_erased(history: Iterable[object], version: int) -> bool:
    return any(isinstance(fact, Erased) and fact.version == version for fact in history)
