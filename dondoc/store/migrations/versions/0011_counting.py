"""What something happened to, in the order in which it is counted: pages of large plans."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PLACED = (
    "plan", "task", "period", "due_at", "due_whole_day",
    "placed", "overdue_from", "placed_original", "overdue_from_original",
)  # fmt: skip


def upgrade() -> None:
    where = sa.text("placed IS NOT NULL")
    op.create_index("ix_obligations_placed", "obligations", list(PLACED), sqlite_where=where, postgresql_where=where)
