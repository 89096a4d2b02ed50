"""Every text of the page is in every language: catalogues have what code says at a ``t(…)``, no more and no less."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from pincite.web import words
from pincite.web.draw.parts import environment
from pincite.web.words import LANGUAGES, catalogue, heard, size

SOURCE = Path(__file__).parents[2] / "src" / "pincite"
WEB = SOURCE / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OTHERS = [name for name in LANGUAGES if name != "en"]
SECTIONS = {"page", "script", "count", "said"}

_IN_SCRIPTS = re.compile(r'(?<![\w.])t\("((?:[^"\\]|\\.)*)"')
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def in_python() -> tuple[set[str], set[str]]:
    """The texts of all ``t(…)``, also those chosen among inside, and the words of all ``count(…)``."""
    calls = [
        node
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    texts = [call.args[0] for call in calls if call.func.id == "t"]  # type: ignore[attr-defined]
    words = [call.args[1] for call in calls if call.func.id == "count"]  # type: ignore[attr-defined]
    return constants(texts), constants(words)


def constants(nodes: Iterable[ast.expr]) -> set[str]:
    """The strings that an expression may be."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.IfExp):
            found |= constants([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def in_templates() -> tuple[set[str], set[str]]:
    trees = [environment().parse(path.read_text(encoding="utf-8")) for path in TEMPLATES]
    calls = [c for tree in trees for c in tree.find_all(nodes.Call) if getattr(c.node, "name", "") == "t"]
    counts = [one for tree in trees for one in tree.find_all(nodes.Filter) if one.name == "count"]
    return chosen(call.args[0] for call in calls), chosen(one.args[0] for one in counts)


def chosen(found: Iterable[nodes.Node]) -> set[str]:
    every = ((node, *node.find_all(nodes.Const)) for node in found)
    return {const.value for some in every for const in some if isinstance(const, nodes.Const)}


def placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_q1_every_text_is_in_every_language_and_no_other_is(language: str) -> None:
    known = catalogue(language)
    assert set(known) == SECTIONS
    (texts, words), (more, others) = in_python(), in_templates()
    scripts = "".join(path.read_text(encoding="utf-8") for path in (WEB / "static").glob("*.js"))
    assert (texts | more) ^ set(known["page"]) == set()
    assert (words | others) ^ set(known["count"]) == set()
    assert set(_IN_SCRIPTS.findall(scripts)) ^ set(known["script"]) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_q1_what_other_rooms_say_is_still_said_somewhere(language: str) -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCE.rglob("*.py"), *TEMPLATES])
    assert [text for text in catalogue(language)["said"] if text not in everything] == []


@pytest.mark.parametrize("language", OTHERS)
def test_q1_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    known = catalogue(language)
    pairs = [pair for section in SECTIONS - {"count"} for pair in known[section].items()]
    assert [text for text, there in pairs if placeholders(text) != placeholders(there)] == []
    assert [word for word, there in known["count"].items() if placeholders(there) != {"n"}] == []


@pytest.mark.parametrize("language", OTHERS)
def test_q1_a_text_that_several_rooms_say_is_the_same_in_each(language: str) -> None:
    known = catalogue(language)
    sections = [known["page"], known["script"], known["said"]]
    texts = {text for one in sections for text in one}
    said = {text: {one[text] for one in sections if text in one} for text in texts}
    assert [text for text, there in said.items() if len(there) > 1] == []


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("there is no thread 'x'", "没有话题 'x'"),
        (
            "broken.pdf can't be read: it is broken, cut off or no PDF",
            "broken.pdf 无法读取：文件已损坏、不完整或不是 PDF",
        ),
        ("it may have been deleted; look for it among your threads", "可能已被删除；在您的话题中查找"),
        ("No such focus", "没有这个范围"),
        ("nobody has said this {in} Chinese", "nobody has said this {in} Chinese"),
        ("", ""),
    ],
)
def test_q1_what_another_room_says_with_values_is_translated_around_them(
    text: str, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert heard(text) == text
    monkeypatch.setattr(words, "language", lambda: "zh-Hans")
    assert heard(text) == there


def test_a_size_is_as_exact_as_a_reader_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = (1, 98, 1234, 45_678, 999_600, 64_000_000)
    assert [size(n) for n in sizes] == ["1 byte", "98 bytes", "1.2 kB", "46 kB", "1.0 MB", "64 MB"]
    monkeypatch.setattr(words, "language", lambda: "zh-Hans")
    assert size(98) == "98 字节"


SPOKEN = ("aria-label", "placeholder", "title", "alt")
NAMES = {"pincite", "Markdown", "JSON", "HTML"}
"""Words that are the same in every language."""


class Hard(HTMLParser):
    """Collects what a template says by itself: words between its tags, and in the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "br", "hr", "img"}:
            self.within.append(tag)
        self.found += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"code", "script", "style", "kbd"} & set(self.within):
            self.found.append(data)


def hard_coded(template: str) -> Iterator[str]:
    reader = Hard()
    reader.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.DOTALL))
    for text in reader.found:
        words = re.findall(r"[A-Za-z]{2,}", re.sub(r"&\w+;", " ", text))
        yield from (word for word in words if word not in NAMES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_q1_a_template_says_nothing_by_itself(path: Path) -> None:
    assert list(hard_coded(path.read_text(encoding="utf-8"))) == []


def test_q1_a_hard_coded_text_would_be_seen() -> None:
    assert list(hard_coded("<p>{{ t('Fine') }} <b>not</b></p><code>git</code>")) == ["not"]
    assert list(hard_coded('<a aria-label="Back" href="/back">{% if x %}‹{% endif %}</a>')) == ["Back"]
