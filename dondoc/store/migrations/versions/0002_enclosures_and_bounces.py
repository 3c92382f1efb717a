"""What goes with a letter, and the addresses from which letters came back for good."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("enclosures", JSON))
    op.create_index("ix_arrivals_digest", "arrivals", ["digest"])
    op.create_table(
        "dead_addresses",
        sa.Column("address", IDENTIFIER, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("letter", IDENTIFIER, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_dead_addresses"),
    )
