"""What is counted in order, and what was put before somebody: pages of large plans."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PLACED = (
    "plan", "task", "period", "due_at", "due_whole_day",
    "placed", "overdue_from", "placed_original", "overdue_from_original",
)  # fmt: skip


def index(name: str, columns: tuple[str, ...], where: str) -> None:
    op.create_index(name, "obligations", list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    index("ix_obligations_placed", PLACED, "placed IS NOT NULL")
    index("ix_obligations_put_before", ("plan", "escalated_to", "placed"), "escalated_to IS NOT NULL")
