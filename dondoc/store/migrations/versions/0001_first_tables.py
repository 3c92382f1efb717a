"""The first tables of the ledger, and what the database itself refuses to do with them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def column(name: str, kind: Any, *constraints: Any, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, *constraints, nullable=null)


def index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        name, table, list(columns), unique=name.startswith("uq_"), sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    plans()
    obligations_and_history()
    letters()
    what_comes_in()
    mirrors()
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def plans() -> None:
    op.create_table(
        "organisations",
        column("digest", sa.Text()),
        column("organisation", IDENTIFIER),
        column("content", JSON),
        sa.PrimaryKeyConstraint("digest", name="pk_organisations"),
    )
    op.create_table(
        "plan_versions",
        column("plan", IDENTIFIER),
        column("version", sa.Integer()),
        column("digest", sa.Text()),
        column("content", JSON),
        column("organisation", sa.Text()),
        column("source", sa.Text()),
        column("applied_at", INSTANT),
        column("by", sa.Text()),
        sa.PrimaryKeyConstraint("plan", "version", name="pk_plan_versions"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.digest"], name="fk_plan_versions_organisation"),
    )


def obligations_and_history() -> None:
    op.create_table(
        "obligations",
        column("id", IDENTIFIER),
        column("plan", IDENTIFIER),
        column("task", IDENTIFIER),
        column("unit", IDENTIFIER),
        column("period", IDENTIFIER),
        column("period_title", JSON, null=True),
        column("opens", INSTANT),
        column("due_at", INSTANT),
        column("due_whole_day", sa.Boolean()),
        column("plan_version", sa.Integer()),
        column("created_at", INSTANT),
        column("next_action_at", INSTANT, null=True),
        column("last_fact", NUMBER),
        sa.PrimaryKeyConstraint("id", name="pk_obligations"),
    )
    index("ix_obligations_next_action", "obligations", "next_action_at", "id", where="next_action_at IS NOT NULL")
    op.create_table(
        "history",
        column("id", NUMBER),
        column("obligation", IDENTIFIER, null=True),
        column("letter", IDENTIFIER, null=True),
        column("kind", sa.Text()),
        column("happened_at", INSTANT),
        column("recorded_at", INSTANT),
        column("by", sa.Text()),
        column("why", sa.Text()),
        column("plan_version", sa.Integer()),
        column("data", JSON, null=True),
        sa.CheckConstraint("obligation IS NOT NULL OR letter IS NOT NULL", name=op.f("ck_history_about_something")),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )
    index("ix_history_obligation", "history", "obligation", where="obligation IS NOT NULL")
    index("ix_history_letter", "history", "letter", where="obligation IS NULL")


def letters() -> None:
    op.create_table(
        "outbox",
        column("id", IDENTIFIER),
        column("natural_key", IDENTIFIER),
        column("recipient_key", IDENTIFIER),
        column("recipient", JSON),
        column("kind", sa.Text()),
        column("day", sa.Date()),
        column("subject", sa.Text()),
        column("text", sa.Text()),
        column("html", sa.Text()),
        column("short", sa.Text()),
        column("created_at", INSTANT),
        column("not_before", INSTANT),
        column("valid_until", INSTANT, null=True),
        column("urgent", sa.Boolean()),
        column("plans", sa.Text()),
        column("about", JSON),
        column("thread", sa.Text()),
        column("state", sa.Text()),
        column("attempts", sa.Integer()),
        column("times_uncertain", sa.Integer()),
        column("next_attempt_at", INSTANT),
        column("claim_token", sa.Text(), null=True),
        column("claim_expires_at", INSTANT, null=True),
        column("last_error", sa.Text()),
        column("last_fact", NUMBER),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    index("uq_outbox_natural_key", "outbox", "natural_key", where="state <> 'voided'")
    index("ix_outbox_voided", "outbox", "natural_key", where="state = 'voided'")
    index("ix_outbox_queue", "outbox", "urgent", "next_attempt_at", "id", where="state = 'queued'")
    index("ix_outbox_claimed", "outbox", "claim_expires_at", where="state = 'claimed'")
    index("ix_outbox_created", "outbox", "created_at", "id")
    index("ix_outbox_day", "outbox", "day")
    index("ix_outbox_recipient", "outbox", "recipient_key", "created_at")
    index("ix_outbox_thread", "outbox", "thread")
    op.create_table(
        "steps",
        column("letter", IDENTIFIER),
        column("position", sa.Integer()),
        column("obligation", IDENTIFIER),
        column("cycle", sa.Integer()),
        column("rung", IDENTIFIER),
        column("ordinal", sa.Integer()),
        column("recipient", IDENTIFIER),
        column("voided_at", INSTANT, null=True),
        sa.PrimaryKeyConstraint("letter", "position", name="pk_steps"),
    )
    step = ("obligation", "cycle", "rung", "ordinal", "recipient")
    index("uq_steps_taken_once", "steps", *step, where="voided_at IS NULL")
    op.create_table(
        "brakes",
        column("plan", IDENTIFIER),
        column("since", INSTANT),
        column("by", sa.Text()),
        column("why", sa.Text()),
        sa.PrimaryKeyConstraint("plan", name="pk_brakes"),
    )


def what_comes_in() -> None:
    op.create_table(
        "submissions",
        column("obligation", IDENTIFIER),
        column("version", sa.Integer()),
        column("received_at", INSTANT),
        column("recorded_at", INSTANT),
        column("channel", sa.Text()),
        column("by", sa.Text()),
        column("data", JSON),
        column("nothing_to_report", sa.Boolean()),
        column("digest", sa.Text()),
        column("attachments", JSON),
        sa.PrimaryKeyConstraint("obligation", "version", name="pk_submissions"),
        sa.ForeignKeyConstraint(["obligation"], ["obligations.id"], name="fk_submissions_obligation"),
    )
    op.create_table(
        "arrivals",
        column("id", NUMBER),
        column("source", sa.Text()),
        column("key", IDENTIFIER),
        column("arrived_at", INSTANT),
        column("recorded_at", INSTANT),
        column("digest", sa.Text()),
        column("size", sa.BigInteger()),
        column("outcome", sa.Text(), null=True),
        column("detail", sa.Text()),
        column("obligation", IDENTIFIER, null=True),
        column("settled_at", INSTANT, null=True),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
    )
    index("uq_arrivals_key", "arrivals", "source", "key")
    index("ix_arrivals_waiting", "arrivals", "id", where="settled_at IS NULL")


def mirrors() -> None:
    op.create_table(
        "mirrors",
        column("plan", IDENTIFIER),
        column("task", IDENTIFIER),
        column("period", IDENTIFIER),
        column("prefect_run_id", sa.Text(), null=True),
        column("pushed_state", JSON, null=True),
        column("generation", sa.Integer()),
        column("pushed_at", INSTANT, null=True),
        sa.PrimaryKeyConstraint("plan", "task", "period", name="pk_mirrors"),
    )


GUARDED = (
    ("history", "UPDATE"), ("history", "DELETE"), ("plan_versions", "UPDATE"), ("plan_versions", "DELETE"),
    ("organisations", "UPDATE"), ("organisations", "DELETE"), ("obligations", "DELETE"),
)  # fmt: skip
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {verb} is refused, the ledger only grows'); END"
        for table, verb in GUARDED
    ],
    "postgresql": [
        (
            "CREATE FUNCTION dondoc_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%: % is refused, the ledger only grows', TG_TABLE_NAME, TG_OP; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dondoc_only_grows()"
            for table, verb in (*GUARDED, *((table, "TRUNCATE") for table in sorted({one for one, _ in GUARDED})))
        ),
    ],
}
