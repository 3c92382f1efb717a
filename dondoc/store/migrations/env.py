"""What alembic runs to bring a database up to date: on the connection that `migrate` opened, in its transaction."""

from alembic import context

from dondoc.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
context.run_migrations()
