"""The real ``openai`` client's Responses API, against the real server."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import httpx
import openai
import pytest
from tests.web.conftest import Served, indexed, serving

from pincite.settings import Settings
from pincite.testing.model_server import ModelServer

ASK = "How tall is the Eiffel Tower?"


def test_an_answer_is_a_response_with_url_citations(oai: openai.OpenAI) -> None:
    made = oai.responses.create(model="gpt-5", input=ASK)
    assert made.status == "completed"
    assert made.id.startswith("resp_")
    assert "330" in made.output_text
    assert [item.type for item in made.output] == ["web_search_call", "message"]
    search, message = made.output
    assert search.action.query == ASK  # type: ignore[union-attr]
    urls = [source.url for source in search.action.sources]  # type: ignore[union-attr]
    notes = message.content[0].annotations  # type: ignore[union-attr]
    assert notes
    for note in notes:
        number = int(made.output_text[note.start_index : note.end_index].strip("[]"))
        assert note.url == urls[number - 1]
    assert made.usage
    assert abs(made.created_at - time.time()) < 60
    assert oai.responses.retrieve(made.id) == made


def test_the_stream_tells_the_same_in_the_order_that_the_client_wants(oai: openai.OpenAI) -> None:
    with oai.responses.stream(model="gpt-5", input=ASK) as stream:
        events = list(stream)
        final = stream.get_final_response()
    kinds = [event.type for event in events]
    assert kinds[:3] == ["response.created", "response.in_progress", "response.output_item.added"]
    assert kinds[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == final.output_text == oai.responses.retrieve(final.id).output_text
    assert "330" in text
    numbers = [event.sequence_number for event in events]
    assert all(before < after for before, after in pairwise(numbers))
    added = [event.annotation for event in events if event.type == "response.output_text.annotation.added"]
    assert len(added) == len(final.output[-1].content[0].annotations) > 0  # type: ignore[union-attr]


def test_a_stream_that_was_cut_goes_on_after_the_last_number(oai: openai.OpenAI) -> None:
    made = oai.responses.create(model="gpt-5", input=ASK)
    whole = list(oai.responses.retrieve(made.id, stream=True))
    for cut in range(0, len(whole) - 1, 3):
        after = whole[cut].sequence_number
        rest = list(oai.responses.retrieve(made.id, stream=True, starting_after=after))
        assert [event.sequence_number for event in rest][-1] == whole[-1].sequence_number
        assert rest == whole[cut + 1 :]


def test_a_chain_of_responses_is_a_thread(oai: openai.OpenAI, client: httpx.Client) -> None:
    first = oai.responses.create(model="x", input=ASK)
    second = oai.responses.create(model="x", input="Who designed it?", previous_response_id=first.id)
    assert "Eiffel" in second.output_text
    assert second.previous_response_id == first.id
    third = oai.responses.create(
        model="x",
        previous_response_id=first.id,
        input=[{"role": "user", "content": [{"type": "input_text", "text": "When was it built?"}]}],
    )
    threads = {
        client.get(f"/api/answers/{one.id.removeprefix('resp_')}").json()["question"]["thread_id"]
        for one in (first, second, third)
    }
    assert len(threads) == 1
    assert third.previous_response_id == oai.responses.retrieve(third.id).previous_response_id == first.id
    assert oai.responses.retrieve(second.id).previous_response_id == first.id
    with pytest.raises(openai.NotFoundError):
        oai.responses.create(model="x", input="why?", previous_response_id="resp_nope")


def test_a_conversation_that_the_client_sends_is_understood(oai: openai.OpenAI) -> None:
    said = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": ASK},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "330 metres.[1]"}]},
        {"role": "user", "content": "Who designed it?"},
    ]
    assert "Eiffel" in oai.responses.create(model="x", input=said).output_text  # type: ignore[arg-type]


def test_what_was_asked_can_be_read(oai: openai.OpenAI) -> None:
    made = oai.responses.create(model="x", input=ASK)
    (item,) = oai.responses.input_items.list(made.id).data
    assert item.content[0].text == ASK  # type: ignore[union-attr]


def test_allowed_domains_are_honoured(oai: openai.OpenAI) -> None:
    tool = {"type": "web_search", "filters": {"allowed_domains": ["nowhere.example"]}}
    made = oai.responses.create(model="x", input=ASK, tools=[tool], tool_choice="required")  # type: ignore[list-item]
    assert [item.type for item in made.output] == ["message"]
    assert "330" not in made.output_text


def test_a_response_is_deleted_with_its_thread_unless_others_stand_beside_it(oai: openai.OpenAI) -> None:
    first = oai.responses.create(model="x", input=ASK)
    oai.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        oai.responses.retrieve(first.id)
    one = oai.responses.create(model="x", input=ASK)
    oai.responses.create(model="x", input="Who designed it?", previous_response_id=one.id)
    with pytest.raises(openai.ConflictError, match="conversation"):
        oai.responses.delete(one.id)
    assert oai.responses.retrieve(one.id).output_text


@pytest.mark.parametrize(
    "given",
    [
        {"input": ""},
        {"input": []},
        {"input": [{"type": "reasoning"}]},
        {"input": [{"role": "assistant", "content": "hi"}]},
        {"input": [{"role": "king", "content": "hi"}]},
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
        {"input": ASK, "text": {"format": {"type": "json_schema", "name": "x", "schema": {}}}},
        {"input": ASK, "previous_response_id": "../x"},
        {"input": ASK, "conversation": "conv_1"},
        {"input": ASK, "tool_choice": "required", "tools": [{"type": "function", "name": "f", "parameters": {}}]},
        {"input": ASK, "tool_choice": {"type": "function", "name": "f"}},
    ],
)
def test_what_cannot_be_taken_is_refused_in_openais_shape(oai: openai.OpenAI, given: dict[str, object]) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        oai.responses.create(model="x", **given)  # type: ignore[call-overload]
    assert caught.value.body["type"] == "invalid_request_error"  # type: ignore[index]


def test_a_format_is_refused_by_the_name_that_it_has_here(oai: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"text\.format 'json_object'.*leave text\.format out"):
        oai.responses.create(model="x", input=ASK, text={"format": {"type": "json_object"}})


@pytest.mark.parametrize("bad", ["nope", "resp_nope"])
def test_an_unknown_response_is_not_found(oai: openai.OpenAI, bad: str) -> None:
    for act in (oai.responses.retrieve, oai.responses.delete, oai.responses.cancel, oai.responses.input_items.list):
        with pytest.raises(openai.NotFoundError):
            act(bad)


# ── with a model ──


def test_in_the_background_it_can_be_polled_followed_and_cancelled(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        made = client.responses.create(model="test:stall-first", input=ASK, background=True)
        assert made.status == "in_progress"
        assert client.responses.retrieve(made.id).status == "in_progress"
        assert client.responses.cancel(made.id).status == "cancelled"
        ended = list(client.responses.retrieve(made.id, stream=True))[-1]
        assert ended.type == "response.incomplete"
        assert ended.response.status == "cancelled"


@pytest.mark.parametrize("model", ["length", "cut-mid"])
def test_a_text_that_was_cut_off_is_incomplete_and_says_why(modelled: tuple[Served, ModelServer], model: str) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        made = client.responses.create(model=f"test:{model}", input=ASK)
        ended = list(client.responses.retrieve(made.id, stream=True))[-1]
    assert ended.type == "response.incomplete"
    assert ended.response == made
    assert made.status == made.output[-1].status == "incomplete"  # type: ignore[union-attr]
    assert made.incomplete_details is not None
    assert made.incomplete_details.reason == "max_output_tokens"
    assert made.output_text


def test_a_response_that_failed_says_what_to_do_next(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        made = client.responses.create(model="test:429", input=ASK, extra_body={"focus": "writing"})
    assert made.status == "failed"
    assert made.error is not None
    assert made.error.message.endswith("(ask again in 7 s)")


def test_a_response_knows_what_led_to_it_and_nothing_that_was_asked_beside_it(
    modelled: tuple[Served, ModelServer],
) -> None:
    served, model = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        first = client.responses.create(model="x", input=ASK)
        beside = client.responses.create(model="x", input="Do zebras see it?", previous_response_id=first.id)
        second = client.responses.create(model="x", input="Who designed it?", previous_response_id=first.id)
        said = len(model.requests)
        third = client.responses.create(model="x", input="And when was it built?", previous_response_id=second.id)
        prompts = json.dumps(model.requests[said:])
    assert [one.previous_response_id for one in (beside, second, third)] == [first.id, first.id, second.id]
    assert ASK in prompts
    assert "designed" in prompts
    assert "zebras" not in prompts


def test_a_response_keeps_the_moment_in_which_it_was_asked(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        began = time.time()
        made = client.responses.create(model="test:stall-first", input=ASK, background=True)
        assert began - 1 < made.created_at < time.time() + 1
        time.sleep(0.1)
        assert client.responses.cancel(made.id).created_at == made.created_at
        more = client.responses.create(model="x", input="Who designed it?", previous_response_id=made.id)
        client.responses.create(model="x", input="And when?", previous_response_id=more.id)
        assert client.responses.retrieve(made.id).created_at == made.created_at
        assert client.responses.retrieve(more.id).created_at == more.created_at > made.created_at


def test_a_client_that_leaves_the_stream_stops_its_response(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        stream = client.responses.create(model="test:stall-first", input=ASK, stream=True)
        first = next(iter(stream))
        stream.close()
        until = time.monotonic() + 10
        while client.responses.retrieve(first.response.id).status == "in_progress" and time.monotonic() < until:  # type: ignore[union-attr]
            time.sleep(0.05)
        assert client.responses.retrieve(first.response.id).status == "cancelled"  # type: ignore[union-attr]


def test_responses_survive_a_restart(tmp_path: Path, small_corpus: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    told = []
    for _ in range(2):
        with (
            serving(lambda: indexed(settings, small_corpus), settings) as running,
            openai.OpenAI(api_key="any", base_url=f"{running.url}/v1", max_retries=0) as client,
        ):
            name = told[0][0] if told else client.responses.create(model="x", input=ASK).id
            told.append((name, client.responses.retrieve(name), list(client.responses.retrieve(name, stream=True))))
    assert told[0] == told[1]
