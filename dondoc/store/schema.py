"""The tables of the ledger, and the rules that the database itself keeps.

Obligations are never deleted; history, plan versions and organisations are neither deleted nor changed: triggers
refuse it on both databases. The rows of the hot path refer to obligations without a foreign key, which would cost
PostgreSQL more than the insertion itself; they are written only under the obligation's lock, so it exists, and it
cannot go away.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.schema import ExecutableDDLElement

from dondoc.store.columns import Id, Json, Serial
from dondoc.store.columns import Instant as Instant  # noqa: PLC0414 - whoever queries the tables takes it from here
from dondoc.store.columns import as_text as as_text  # noqa: PLC0414 - likewise
from dondoc.store.columns import in_utc as in_utc  # noqa: PLC0414 - likewise
from dondoc.store.columns import of_text as of_text  # noqa: PLC0414 - likewise

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _partial(where: str) -> dict[str, Any]:
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


organisations = Table(
    "organisations",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("organisation", Id, nullable=False),
    Column("content", Json, nullable=False),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("plan", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("organisation", Text, ForeignKey("organisations.digest"), nullable=False),
    Column("source", Text, nullable=False),
    Column("applied_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("plan", "version"),
)

obligations = Table(
    "obligations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan", Id, nullable=False),
    Column("task", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("period", Id, nullable=False),
    Column("period_title", Json),
    Column("opens", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_whole_day", Boolean, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_action_at", Instant),
    Column("last_fact", Serial, nullable=False),
    # What its history comes to for those who count (`dondoc.store.standings`); empty while it is as it was scheduled.
    Column("owner", Id),
    Column("placed", Text),
    Column("overdue_from", Instant),
    Column("placed_original", Text),
    Column("overdue_from_original", Instant),
    Column("escalated_to", Id),
)
Index(
    "ix_obligations_next_action",
    obligations.c.next_action_at,
    obligations.c.id,
    **_partial("next_action_at IS NOT NULL"),
)

Index("ix_obligations_escalated", obligations.c.escalated_to, **_partial("escalated_to IS NOT NULL"))
# Only of what something happened to: applying a plan and reminding of what is due write nothing there.
COUNTED_BY = (
    "plan", "task", "period", "due_at", "due_whole_day",
    "placed", "overdue_from", "placed_original", "overdue_from_original",
)  # fmt: skip
"""What makes obligations alike for those who count."""
Index("ix_obligations_placed", *(obligations.c[name] for name in COUNTED_BY), **_partial("placed IS NOT NULL"))

history = Table(
    "history",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("obligation", Id),
    Column("letter", Id),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("data", Json),
    CheckConstraint("obligation IS NOT NULL OR letter IS NOT NULL", name="about_something"),
)
Index("ix_history_obligation", history.c.obligation, **_partial("obligation IS NOT NULL"))
Index("ix_history_letter", history.c.letter, **_partial("obligation IS NULL"))

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("natural_key", Id, nullable=False),
    Column("recipient_key", Id, nullable=False),
    Column("recipient", Json, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("subject", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("valid_until", Instant),
    Column("urgent", Boolean, nullable=False),
    Column("plans", Text, nullable=False),
    Column("about", Json, nullable=False),
    Column("thread", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("times_uncertain", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("claim_token", Text),
    Column("claim_expires_at", Instant),
    Column("last_error", Text, nullable=False),
    Column("last_fact", Serial, nullable=False),
)
Index("uq_outbox_natural_key", outbox.c.natural_key, unique=True, **_partial("state <> 'voided'"))
Index(
    "ix_outbox_queue",
    outbox.c.urgent,
    outbox.c.next_attempt_at,
    outbox.c.id,
    **_partial("state = 'queued'"),
)
Index("ix_outbox_by_hand", outbox.c.not_before, outbox.c.id, **_partial("state = 'to_hand_over'"))
Index("ix_outbox_claimed", outbox.c.claim_expires_at, **_partial("state = 'claimed'"))
Index("ix_outbox_voided", outbox.c.natural_key, **_partial("state = 'voided'"))
Index("ix_outbox_created", outbox.c.created_at, outbox.c.id)
Index("ix_outbox_day", outbox.c.day)
Index("ix_outbox_recipient", outbox.c.recipient_key, outbox.c.created_at)
Index("ix_outbox_thread", outbox.c.thread)

# What a letter says and takes along is written once; its row of the outbox changes with every step of its delivery.
bodies = Table(
    "bodies",
    metadata,
    Column("letter", Id, primary_key=True),
    Column("awaited", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("enclosures", Json),
)

steps = Table(
    "steps",
    metadata,
    Column("letter", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("obligation", Id, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("rung", Id, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("recipient", Id, nullable=False),
    Column("voided_at", Instant),
    PrimaryKeyConstraint("letter", "position"),
)
Index(
    "uq_steps_taken_once",
    steps.c.obligation,
    steps.c.cycle,
    steps.c.rung,
    steps.c.ordinal,
    steps.c.recipient,
    unique=True,
    **_partial("voided_at IS NULL"),
)
PUT_BEFORE = "rung >= 'escalate/' AND rung < 'escalate0' AND voided_at IS NULL"  # "0" follows "/"
"""Steps that put a matter before somebody: few, and found without reading those that only remind."""
Index("ix_steps_put_before", steps.c.rung, steps.c.obligation, **_partial(PUT_BEFORE))

brakes = Table(
    "brakes",
    metadata,
    Column("plan", Id, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("obligation", Id, ForeignKey("obligations.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("channel", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("nothing_to_report", Boolean, nullable=False),
    Column("digest", Text, nullable=False),
    Column("attachments", Json, nullable=False),
    PrimaryKeyConstraint("obligation", "version"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Id, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("outcome", Text),
    Column("detail", Text, nullable=False),
    Column("obligation", Id),
    Column("settled_at", Instant),
)
Index("uq_arrivals_key", arrivals.c.source, arrivals.c.key, unique=True)
Index("ix_arrivals_digest", arrivals.c.digest)
Index("ix_arrivals_waiting", arrivals.c.id, **_partial("settled_at IS NULL"))

mirrors = Table(
    "mirrors",
    metadata,
    Column("plan", Id, nullable=False),
    Column("task", Id, nullable=False),
    Column("period", Id, nullable=False),
    Column("prefect_run_id", Text),
    Column("pushed_state", Json),
    Column("generation", Integer, nullable=False),
    Column("pushed_at", Instant),
    PrimaryKeyConstraint("plan", "task", "period"),
)

dead_addresses = Table(
    "dead_addresses",
    metadata,
    Column("address", Id, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("letter", Id, nullable=False),
    Column("why", Text, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("person", Id, nullable=False),
    Column("organisation", Id, nullable=False),
    Column("target", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("by", Text, nullable=False),
)
Index("ix_links_person", links.c.person, links.c.created_at)

revocations = Table(
    "revocations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Id, nullable=False),
    Column("before", Instant, nullable=False),
    Column("revoked_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
)
Index("ix_revocations_key", revocations.c.key)

drafts = Table(
    "drafts",
    metadata,
    Column("obligation", Id, ForeignKey("obligations.id"), nullable=False),
    Column("person", Id, nullable=False),
    Column("answering", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("obligation", "person"),
)


report_texts = Table(
    "report_texts",
    metadata,
    Column("plan", Id, nullable=False),
    Column("period", Id, nullable=False),
    Column("part", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("plan", "period", "part", "version"),
)

paper_numbers = Table(
    "paper_numbers",
    metadata,
    Column("kind", Id, nullable=False),
    Column("plan", Id, nullable=False),
    Column("about", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("kind", "plan", "about", "version"),
)

repeats = Table(
    "repeats",
    metadata,
    Column("link", Id, nullable=False),
    Column("key", Id, nullable=False),
    Column("asked", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("status", Integer),
    Column("answer", Json),
    PrimaryKeyConstraint("link", "key"),
)

GUARDED = {
    "history": ("UPDATE", "DELETE"),
    "plan_versions": ("UPDATE", "DELETE"),
    "organisations": ("UPDATE", "DELETE"),
    "obligations": ("DELETE",),
}
"""What the database refuses to do with a table."""


def guards(dialect: str) -> tuple[str, ...]:
    """The statements that make a database of this dialect keep `GUARDED`."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: {verb} is refused, the ledger only grows'); END"
            for table, verbs in GUARDED.items()
            for verb in verbs
        )
    function = (
        "CREATE FUNCTION dondoc_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%: % is refused, the ledger only grows', TG_TABLE_NAME, TG_OP; END $$"
    )
    return (
        function,
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dondoc_only_grows()"
            for table, verbs in GUARDED.items()
            for verb in (*verbs, "TRUNCATE")
        ),
    )


def _listen() -> None:
    for dialect in ("sqlite", "postgresql"):
        for statement in guards(dialect):
            ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", ddl.execute_if(dialect=dialect))


_listen()
