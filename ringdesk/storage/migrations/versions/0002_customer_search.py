"""Search in customers by any part of a word: FTS5 with trigrams on SQLite, pg_trgm on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"

# An external-content table: the text is kept once, in `customers`; the triggers keep the index in step (sqlite.org/fts5.html, 4.4.3).
SQLITE = (
    "CREATE VIRTUAL TABLE customer_search USING fts5(search_text, content='customers', content_rowid='id', tokenize='trigram')",
    """CREATE TRIGGER customer_search_insert AFTER INSERT ON customers BEGIN
         INSERT INTO customer_search(rowid, search_text) VALUES (new.id, new.search_text);
       END""",
    """CREATE TRIGGER customer_search_delete AFTER DELETE ON customers BEGIN
         INSERT INTO customer_search(customer_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
       END""",
    """CREATE TRIGGER customer_search_update AFTER UPDATE OF search_text ON customers WHEN old.search_text IS NOT new.search_text BEGIN
         INSERT INTO customer_search(customer_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
         INSERT INTO customer_search(rowid, search_text) VALUES (new.id, new.search_text);
       END""",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",  # trusted since PostgreSQL 13: the database's owner may
    "CREATE INDEX ix_customers_search ON customers USING gin (search_text gin_trgm_ops)",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER customer_search_{name}")
        op.execute("DROP TABLE customer_search")
    else:
        op.execute("DROP INDEX ix_customers_search")
