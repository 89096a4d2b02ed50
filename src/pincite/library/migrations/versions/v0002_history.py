"""Full-text search over the history, filled from the answers that are already there."""

import json

import sqlalchemy as sa
from alembic import op

from pincite.library import history

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE history (thread BIGINT PRIMARY KEY REFERENCES threads (number) ON DELETE CASCADE, "
            "words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX history_words ON history USING gin (words)")
    else:
        op.execute("CREATE VIRTUAL TABLE history USING fts5(words, tokenize = 'unicode61 remove_diacritics 0')")
    for thread, title in connection.execute(sa.text("SELECT number, title FROM threads")).all():
        history.add(connection, thread, history.words(title))
    answers = connection.execute(sa.text("SELECT thread, question, answer FROM answers ORDER BY number"))
    for thread, question, answer in answers.all():
        kept = json.loads(answer) if answer else {}
        titles = [source["document"]["title"] for source in kept.get("sources", ())]
        found = history.words(json.loads(question)["text"], kept.get("text", ""), *titles)
        history.add(connection, thread, found)
