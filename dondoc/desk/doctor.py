"""Everything that could keep dondoc from working, looked at in turn, each with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from dondoc import clock
from dondoc.desk.other_channels import channels_of
from dondoc.desk.reach import reach_mail_server, reach_mailbox, reach_prefect
from dondoc.errors import DondocError, SettingWrong, first_line, without_password
from dondoc.links import key_file
from dondoc.settings import EXAMPLES, PREFIX, Settings, load_settings
from dondoc.store import ledger, letters, outbox
from dondoc.store.bounces import known_dead
from dondoc.store.database import Database, check_version, open_database
from dondoc.store.plans import Applied, applied_plans

State = Literal["good", "note", "wrong"]

LEAST_SPACE = 500_000_000
"""Bytes free below which the disk is about to be full."""

SHORTEST_KEY = 16
LONGEST_WAIT = timedelta(days=1)
"""After which a letter that waits in the outbox is worth telling."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `good`, worth a `note`, or `wrong`; `mend` says what to do."""

    name: str
    state: State
    found: str
    mend: str = ""

    def as_data(self) -> dict[str, str]:
        """As `dondoc doctor --json` gives it."""
        return asdict(self)


def examine(environ: Mapping[str, str], *, quick: bool = False) -> tuple[Finding, ...]:
    """Look at everything that `environ` asks for; `quick` leaves out computing every next action anew."""
    wrong = tuple(_settings(environ))
    if wrong:
        return wrong
    settings = load_settings(environ)
    return (
        Finding("settings", "good", "every setting can be understood"),
        *_home(settings),
        *_ledger(settings, quick=quick),
        *_mail(settings),
        *_portal(settings),
        *_prefect(environ),
    )


def _settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Each setting by itself, so that all that are wrong are told at once."""
    for name in EXAMPLES:
        variable = PREFIX + name
        if variable in environ:
            try:
                load_settings({variable: environ[variable]})
            except SettingWrong as error:
                sentence, _, mend = str(error).partition(". ")
                yield Finding(variable, "wrong", sentence, mend)


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        trial = home / ".doctor"
        trial.write_bytes(b"")
        trial.unlink()
        free = shutil.disk_usage(home).free
    except OSError as error:
        mend = f"Let the user that runs dondoc write into {home}, or set {PREFIX}HOME to a folder where it may."
        yield Finding("folder", "wrong", f"{home} cannot be written to ({first_line(error.strerror)})", mend)
        return
    yield Finding("folder", "good", f"{home} can be written to")
    amount = f"{free / 1e9:.1f} GB are free in {home}"
    if free < LEAST_SPACE:
        yield Finding("disk", "wrong", amount, "Make room: submissions and the ledger must be able to grow.")
    else:
        yield Finding("disk", "good", amount)
    if not settings.plans.is_dir():
        mend = f"Start dondoc in the folder that holds them, or set {PREFIX}PLANS."
        yield Finding("plans", "note", f"there is no folder {settings.plans} with plans", mend)


def _ledger(settings: Settings, *, quick: bool) -> Iterator[Finding]:
    url = settings.database_url.get_secret_value()
    try:
        database = open_database(url)
        check_version(database)
        yield Finding("database", "good", f"{without_password(url)} answers, its tables fit this software")
        yield from _contents(database, quick=quick)
    except DondocError as error:
        sentence, _, mend = str(error).partition(". ")
        yield Finding("database", "wrong", sentence, mend)
        return
    database.close()


def _contents(database: Database, *, quick: bool) -> Iterator[Finding]:
    with database.reading() as connection:
        in_force = applied_plans(connection)
        brakes = outbox.paused(connection)
        counts = letters.counts(connection)
        drifts = [] if quick else list(islice(ledger.verify(connection), 10))
        waiting = letters.letters(connection, states=["queued"], limit=1_000)
        dead = known_dead(connection)
    if in_force:
        yield Finding("plans", "good", f"in force: {', '.join(one.plan.plan for one in in_force)}")
    else:
        yield Finding("plans", "note", "no plan is in force", "`dondoc apply FILE` brings one into force.")
    yield from _clock(in_force)
    if drifts:
        shown = ", ".join(drift.obligation for drift in drifts[:3])
        mend = "Rows were changed from outside. Restore the backup, or tell whoever looks after dondoc."
        yield Finding(
            "next actions", "wrong", f"of {len(drifts)} or more obligations it is not what it was ({shown})", mend
        )
    elif not quick:
        yield Finding("next actions", "good", "every one is what its history says")
    for brake in brakes.values():
        which = "all plans" if brake.plan == outbox.ALL_PLANS else brake.plan
        why = f" ({brake.why})" if brake.why else ""
        mend = f"`dondoc resume{'' if brake.plan == outbox.ALL_PLANS else f' {brake.plan}'}` restarts it."
        yield Finding("brake", "note", f"sending is stopped for {which} by {brake.by}{why}", mend)
    for one in dead.values():
        mend = f"Correct it in the organisation's file and apply that; or `dondoc outbox readmit {one.address}`."
        yield Finding("address", "note", f"letters to {one.address} come back ({one.why}); nothing is sent there", mend)
    told = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(counts.items()))
    now = clock.now()
    stuck = [one for one in waiting if now - one.letter.not_before > LONGEST_WAIT and not brakes]
    if stuck:
        last = next((one.error for one in stuck if one.error), "no round was held")
        mend = "See that rounds are held (`dondoc round`, `dondoc up`) and that the mail server answers."
        yield Finding("outbox", "wrong", f"{len(stuck)} letters have waited for more than a day ({last})", mend)
    elif counts.get("refused") or counts.get("uncertain") or counts.get("to_hand_over"):
        mend = "`dondoc outbox --state refused --state uncertain --state to_hand_over` lists what needs a person."
        yield Finding("outbox", "note", told, mend)
    else:
        yield Finding("outbox", "good", told or "no letters yet")


def _clock(in_force: tuple[Applied, ...]) -> Iterator[Finding]:
    now = clock.now()
    newest = max((one.applied_at for one in in_force), default=now)
    if newest > now + timedelta(minutes=5):
        found = f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, yet a plan was applied at {newest:%Y-%m-%d %H:%M}"
        yield Finding("clock", "wrong", found, "Set the clock, best by NTP (`timedatectl set-ntp true`).")
        return
    zones = {str(one.calendar.zone): one.calendar.local(now) for one in in_force}
    told = "; ".join(f"it is {local:%d/%m/%Y %H:%M} in {zone}" for zone, local in zones.items())
    yield Finding("clock", "good", told or f"it is {_minutes(now)} UTC")


def _minutes(instant: datetime) -> str:
    return f"{instant:%d/%m/%Y %H:%M}"


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url is None:
        mend = f"Set {PREFIX}SMTP_URL like {PREFIX}SMTP_URL={EXAMPLES['SMTP_URL']} to send them."
        yield Finding("mail out", "note", f"letters are written into {settings.outbox_folder.absolute()}", mend)
    else:
        try:
            reach_mail_server(settings)
            shown = without_password(settings.smtp_url.get_secret_value())
            yield Finding("mail out", "good", f"{shown} lets us in")
        except DondocError as error:
            sentence, _, mend = str(error).partition(". ")
            yield Finding("mail out", "wrong", sentence, mend)
        if settings.sender.endswith("@localhost>"):
            mend = f"Set {PREFIX}FROM like {PREFIX}FROM={EXAMPLES['FROM']}."
            yield Finding("sender", "wrong", "letters would come from localhost, which servers refuse", mend)
    for channel in channels_of(settings).wrong():
        mend = f"Set it like {PREFIX}{channel.upper()}_URL={EXAMPLES[channel.upper() + '_URL']} (docs/operating.md)."
        yield Finding("channel", "wrong", f"apprise does not understand {PREFIX}{channel.upper()}_URL", mend)
    if settings.redirect_to:
        mend = f"Unset {PREFIX}REDIRECT_TO when the rehearsal is over."
        yield Finding("rehearsal", "note", f"every letter goes to {settings.redirect_to}", mend)
    if settings.imap_url is None:
        mend = f"Set {PREFIX}IMAP_URL like {PREFIX}IMAP_URL={EXAMPLES['IMAP_URL']}."
        yield Finding("mail in", "note", "answers by mail and bounces are not collected", mend)
        return
    shown, why = without_password(settings.imap_url.get_secret_value()), reach_mailbox(settings)
    if why is None:
        yield Finding("mail in", "good", f"{shown} lets us in")
    else:
        mend = f"Check {PREFIX}IMAP_URL: host, port, user and secret. Answers wait in the mailbox meanwhile."
        yield Finding("mail in", "wrong", f"the mailbox {shown} cannot be opened ({why})", mend)


def _portal(settings: Settings) -> Iterator[Finding]:
    """Links in letters must lead somewhere and be signed."""
    local = any(host in settings.base_url for host in ("127.0.0.1", "localhost"))
    serious = settings.smtp_url is not None and settings.redirect_to is None
    state: State = "wrong" if serious else "note"
    if local:
        mend = f"Set {PREFIX}BASE_URL to where the portal is reached, like {PREFIX}BASE_URL={EXAMPLES['BASE_URL']}."
        yield Finding("portal", state, f"links in letters lead to {settings.base_url}, that is, to this machine", mend)
    else:
        yield Finding("portal", "good", f"links in letters lead to {settings.base_url}")
    keys = settings.secret_keys
    mend = (
        f"Where several machines work, set {PREFIX}SECRET_KEY={EXAMPLES['SECRET_KEY']} on all of them; "
        f"rotate with {PREFIX}SECRET_KEYS=NEW,OLD."
    )
    if not keys:
        found = f"links are signed with a key that was made here and lies in {key_file(settings).absolute()}"
        shared = settings.database_url.get_secret_value().startswith("postgresql")
        yield Finding("keys", "wrong" if serious and shared else "note", found, mend)
    elif any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
        yield Finding("keys", "wrong", f"a key is shorter than {SHORTEST_KEY} characters", mend)
    else:
        yield Finding("keys", "good", f"{len(keys)} {'key signs' if len(keys) == 1 else 'keys sign'} the links")


def _prefect(environ: Mapping[str, str]) -> Iterator[Finding]:
    url = environ.get("PREFECT_API_URL", "").strip()
    if not url:
        mend = "`dondoc up` starts a server with its schedules; `dondoc round` does without."
        yield Finding("Prefect", "note", "PREFECT_API_URL is not set: rounds are held by `dondoc round` only", mend)
        return
    try:
        reach_prefect(url)
        yield Finding("Prefect", "good", f"{without_password(url)} answers")
    except DondocError as error:
        sentence, _, mend = str(error).partition(". ")
        yield Finding("Prefect", "wrong", sentence, mend)
