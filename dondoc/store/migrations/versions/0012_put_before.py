"""What stands before a body is found without reading all steps that were ever taken."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("rung >= 'escalate/' AND rung < 'escalate0' AND voided_at IS NULL")
    op.create_index("ix_steps_put_before", "steps", ["rung", "obligation"], sqlite_where=where, postgresql_where=where)
