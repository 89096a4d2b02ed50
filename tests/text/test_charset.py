"""Which characters bytes mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.text.shared import folder

from pincite.text import charset


@pytest.mark.parametrize(
    ("data", "header", "expected"),
    [
        ("é".encode(), "", "é"),
        ("é".encode("cp1252"), "", "é"),
        (b"\xef\xbb\xbf\xc3\xa9", "text/html; charset=latin1", "é"),
        ("é".encode("utf-16"), "", "é"),
        ("ő".encode("iso-8859-2"), "text/html; charset=ISO-8859-2", "ő"),
        ('<meta charset="windows-1251">Я'.encode("cp1251"), "", '<meta charset="windows-1251">Я'),
        ('<meta charset="shift_jis">日'.encode("shift_jis"), "", '<meta charset="shift_jis">日'),
        ('<meta charset="latin1">é'.encode(), "", '<meta charset="latin1">é'),
        ('<meta charset="nonsense">é'.encode(), "", '<meta charset="nonsense">é'),
    ],
)
def test_bytes_are_read_as_a_browser_would(data: bytes, header: str, expected: str) -> None:
    assert charset.decode(data, header) == expected


def test_one_broken_byte_does_not_garble_a_utf8_page() -> None:
    text = charset.decode("é".encode() * 200 + b"\xff" + b"end")
    assert text.startswith("ééé")


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_bytes_make_decoding_fail(data: bytes, header: str) -> None:
    assert isinstance(charset.decode(data, header), str)


def test_most_of_the_html5lib_cases_are_sniffed_as_written() -> None:
    cases: list[dict[str, Any]] = [
        json.loads(line) for line in (folder("html-encoding") / "cases.jsonl").read_text("utf-8").splitlines()
    ]
    right = sum(
        (charset.declared(case["html_latin1"].encode("latin-1")) or "cp1252") == charset.codec(case["encoding"])
        for case in cases
    )
    # Three of the others need a real tokenizer, one a limit of 1,024 bytes that pages in the wild ignore.
    assert right >= 36
