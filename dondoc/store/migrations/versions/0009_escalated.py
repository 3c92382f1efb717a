"""What stands before whom is found without reading the whole ledger; next actions now tell of endings, too."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("escalated_to IS NOT NULL")
    op.create_index(
        "ix_obligations_escalated",
        "obligations",
        ["escalated_to"],
        sqlite_where=where,
        postgresql_where=where,
    )
