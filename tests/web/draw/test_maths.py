"""Maths: formulas are drawn, money and brackets are none, and what is not known is shown as it was written."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.web.draw.markdown import render
from pincite.web.draw.maths import LONGEST, drawn
from pincite.web.draw.weave import Mark


def formulas(html: str) -> list[str]:
    return re.findall(r'alttext="([^"]*)"', html)


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        (r"so \(x^2\) is", ["x^2"]),
        ("so $x$ is $n_1$, and **$y$**", ["x", "n_1", "y"]),
        ("$3$ ways, $(a, b)$", ["3", "(a, b)"]),
        ("It is:\n\\[\nx = 1\n\\]\nwhere", ["x = 1"]),
        ("It is:\n\\[ x = 1\n+ 2 \\]\nwhere", ["x = 1\n+ 2"]),
        ("A:\n$$\n- x\n= y\n$$\nB", ["- x\n= y"]),
        ("- so:\n  $$\n  y = 2\n  $$\n- $z$", ["y = 2", "z"]),
        ("| a |\n|---|\n| $x_1$ |", ["x_1"]),
        ("质量$m$和能量\\(E\\)", ["E"]),
    ],
)
def test_what_models_write_as_formulas_is_drawn(text: str, tex: list[str]) -> None:
    assert formulas(render(text)) == tex


@pytest.mark.parametrize(
    "text",
    [
        "from $5 to $10, US$5–US$10, $5/$6 and **$5** to **$10**",
        "from $5 (about €4) to 10$",
        "$HOME:$PATH and $AAPL/$GOOG",
        r"\$x\$ and `$x$`",
        r"\[1\], \[sic\] and \(see below\)",
        "$$ and $$$",
        "\\[\n\nx = 1\n\n\\]",
        "```\n$x$\n```",
    ],
)
def test_money_brackets_and_code_are_no_formulas(text: str) -> None:
    assert "<math" not in render(text)


def test_a_formula_of_its_own_line_scrolls_and_is_reached_by_keyboard() -> None:
    assert render("$$x^2$$").startswith('<p><span class="formula" tabindex="0"><math display="block"')


@pytest.mark.parametrize("name", ["aligned", "gathered", "align*", "cases", "dcases", "pmatrix"])
def test_environments_that_models_use_are_drawn(name: str) -> None:
    html = drawn(rf"\begin{{{name}}} a &= b \\ c &= d \end{{{name}}}", display=True)
    assert html.count("<mtr>") == 2
    assert "&" not in "".join(ET.fromstring(html).itertext())


@pytest.mark.parametrize("tex", [r"\unheard{x}", r"\frac", r"\left( x", "x" * (LONGEST + 1), "{" * 999 + "}" * 999])
def test_what_cannot_be_drawn_is_shown_as_it_was_written(tex: str) -> None:
    assert drawn(tex, display=True) == f'<code class="tex">{tex}</code>'


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>alert(1)</script>}",
        r'\color{red" onclick="alert(1)}x',
        r"\text{&lt;img src=x onerror=alert(1)&gt;}",
        r'x" onmouseover="alert(1)',
    ],
)
def test_nothing_that_acts_survives(tex: str) -> None:
    html = drawn(tex, display=False)
    assert not re.search(r"<(?:script|img)", html)
    for element in ET.fromstring(html).iter():
        assert set(element.attrib) <= {"display", "alttext", "stretchy"}


PIECES = r"\frac \sqrt { } ^ _ \begin{matrix} \end{matrix} & \\ x 1 < > \left( \right) \text{ ' \" é".split()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_whatever_is_written_becomes_well_formed(tex: str) -> None:
    ET.fromstring(drawn(tex, display=True))


def test_a_sentence_holds_its_formulas_whole_and_its_chip_stands_behind_them() -> None:
    text = r"It is \(E = m.\) Then \[ a. b \]"
    cut = text.index(" Then")
    html = render(text, [Mark(0, cut, 'class="s"', "[0]"), Mark(cut + 1, len(text), 'class="t"', "[1]")])
    assert '<span class="s"><math display="inline"' in html
    assert "</math></span>[0]" in html
    assert '<span class="t"><span class="formula" tabindex="0"><math' in html
    assert html.endswith("</math></span></span>[1]</p>\n")


def test_a_sentence_that_ends_within_a_formula_has_its_chip_behind_it() -> None:
    text = "Let $f = x. y$ be."
    html = render(text, [Mark(0, 11, 'class="s"', "[0]"), Mark(12, len(text), 'class="t"', "[1]")])
    assert "</math></span>[0]" in html
    assert formulas(html) == ["f = x. y"]
