"""The first tables of the ledger, and what the database itself refuses to do with them."""

from alembic import op

from dondoc.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
