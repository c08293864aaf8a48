"""Search in what was said: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Both get words that were cut and folded before."""

from alembic import op

revision = "0005"
down_revision = "0004"

# External content as for customers (0002). The text is folded words with blanks between: the ascii tokenizer, to which every sign
# beyond ASCII belongs to a word, cuts it at the blanks and changes nothing, whatever Unicode this SQLite knows.
SQLITE = (
    """CREATE VIRTUAL TABLE said_words USING fts5(agent, customer, mixed, content='said', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER said_words_insert AFTER INSERT ON said BEGIN
         INSERT INTO said_words(rowid, agent, customer, mixed) VALUES (new.id, new.agent, new.customer, new.mixed);
       END""",
    """CREATE TRIGGER said_words_delete AFTER DELETE ON said BEGIN
         INSERT INTO said_words(said_words, rowid, agent, customer, mixed) VALUES ('delete', old.id, old.agent, old.customer, old.mixed);
       END""",
    """CREATE TRIGGER said_words_update AFTER UPDATE OF id, agent, customer, mixed ON said BEGIN
         INSERT INTO said_words(said_words, rowid, agent, customer, mixed) VALUES ('delete', old.id, old.agent, old.customer, old.mixed);
         INSERT INTO said_words(rowid, agent, customer, mixed) VALUES (new.id, new.agent, new.customer, new.mixed);
       END""",
)
# `words`: each with its speaker's letter and its places; `pairs`: neighbours, since GIN knows no places and would have to look at
# each call with both words of a phrase. Kept uncompressed: looking costs less than the space.
POSTGRESQL = (
    """CREATE TABLE said_words (
         id bigint PRIMARY KEY REFERENCES said (id) ON DELETE CASCADE ON UPDATE CASCADE,
         recording_id integer NOT NULL,
         words tsvector NOT NULL,
         pairs tsvector NOT NULL,
         partial boolean NOT NULL
       )""",
    "ALTER TABLE said_words ALTER words SET STORAGE EXTERNAL, ALTER pairs SET STORAGE EXTERNAL",
    "CREATE INDEX ix_said_words_words ON said_words USING gin (words)",
    "CREATE INDEX ix_said_words_pairs ON said_words USING gin (pairs)",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER said_words_{name}")
    op.execute("DROP TABLE said_words")
