"""Links into the portal, what was revoked, and drafts."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def column(name: str, kind: Any, *constraints: Any, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, *constraints, nullable=null)


def upgrade() -> None:
    op.create_table(
        "links",
        column("id", IDENTIFIER),
        column("purpose", sa.Text()),
        column("person", IDENTIFIER),
        column("organisation", IDENTIFIER),
        column("target", IDENTIFIER),
        column("created_at", INSTANT),
        column("expires_at", INSTANT),
        column("used_at", INSTANT, null=True),
        column("by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_person", "links", ["person", "created_at"])
    op.create_table(
        "revocations",
        column("id", NUMBER),
        column("kind", sa.Text()),
        column("key", IDENTIFIER),
        column("before", INSTANT),
        column("revoked_at", INSTANT),
        column("by", sa.Text()),
        column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_revocations"),
    )
    op.create_index("ix_revocations_key", "revocations", ["key"])
    op.create_table(
        "drafts",
        column("obligation", IDENTIFIER),
        column("person", IDENTIFIER),
        column("answering", sa.Text()),
        column("data", JSON),
        column("attachments", JSON),
        column("saved_at", INSTANT),
        sa.PrimaryKeyConstraint("obligation", "person", name="pk_drafts"),
        sa.ForeignKeyConstraint(["obligation"], ["obligations.id"], name="fk_drafts_obligation"),
    )
