"""The letters that wait for a person are found without looking at all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state = 'to_hand_over'")
    op.create_index("ix_outbox_by_hand", "outbox", ["not_before", "id"], sqlite_where=waiting, postgresql_where=waiting)
