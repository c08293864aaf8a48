"""Alembic's entry: runs the migrations on the connection that `storage.migrate` (or a test) hands over."""

from alembic import context

from ringdesk.storage.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,  # SQLite can, and a process killed in the middle must not leave half of the tables
)
with context.begin_transaction():
    context.run_migrations()
