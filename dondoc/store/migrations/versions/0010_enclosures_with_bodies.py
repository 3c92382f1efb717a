"""What goes with a letter moves to what it says: neither is written again when the letter is claimed or leaves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("bodies", sa.Column("enclosures", JSON))
    op.execute(
        "UPDATE bodies SET enclosures = (SELECT outbox.enclosures FROM outbox WHERE outbox.id = bodies.letter) "
        "WHERE letter IN (SELECT id FROM outbox WHERE outbox.enclosures IS NOT NULL)"
    )
    op.drop_column("outbox", "enclosures")
