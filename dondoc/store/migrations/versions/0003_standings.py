"""What the history of an obligation comes to for those who count."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")

COLUMNS: tuple[tuple[str, Any], ...] = (
    ("owner", IDENTIFIER),
    ("placed", sa.Text()),
    ("overdue_from", INSTANT),
    ("placed_original", sa.Text()),
    ("overdue_from_original", INSTANT),
    ("escalated_to", IDENTIFIER),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("obligations", sa.Column(name, kind))
