"""What letters say moves into a table of its own, and each letter tells whether a next action waits for its leaving."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("letter", IDENTIFIER, nullable=False),
        sa.Column("awaited", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("letter", name="pk_bodies"),
    )
    op.execute("INSERT INTO bodies (letter, awaited, text, html) SELECT id, true, text, html FROM outbox")
    op.drop_column("outbox", "text")
    op.drop_column("outbox", "html")
