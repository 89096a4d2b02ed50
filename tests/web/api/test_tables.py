"""A table over HTTP: the rows of an answer that the asker may read, and nobody else's."""

from __future__ import annotations

import httpx
from tests.web.conftest import Served
from tests.web.tabled import CARD, TABLE, tabled

from pincite.types import Question, Table, new_id
from pincite.web.rows import as_csv


def test_the_rows_come_as_csv_and_as_json(served: Served, client: httpx.Client) -> None:
    question, answer_id = Question(text="How many customers by country?"), new_id()
    served.run(served.engine.library.begin(question, answer_id))
    served.run(served.engine.library.append(answer_id, tabled(answer_id, question)))
    base = f"/api/answers/{answer_id}/tables"
    reply = client.get(f"{base}/{CARD.id}.csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    name = "number%20of%20customers%20by%20country%20most%20first.csv"
    assert reply.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert reply.content.decode() == as_csv(TABLE)
    assert Table.model_validate_json(client.get(f"{base}/{CARD.id}.json").content) == TABLE
    for path in (f"{base}/other.csv", f"/api/answers/{new_id()}/tables/{CARD.id}.csv"):
        gone = client.get(path)
        assert gone.status_code == 404
        assert gone.headers["content-type"] == "application/problem+json"
