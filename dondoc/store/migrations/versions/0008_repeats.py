"""Requests of programs, by their idempotency key."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    op.create_table(
        "repeats",
        column("link", IDENTIFIER),
        column("key", IDENTIFIER),
        column("asked", sa.Text()),
        column("began_at", INSTANT),
        column("status", sa.Integer(), null=True),
        column("answer", JSON, null=True),
        sa.PrimaryKeyConstraint("link", "key", name="pk_repeats"),
    )
