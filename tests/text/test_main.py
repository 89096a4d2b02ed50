"""Which lines of a page a person would read."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pincite.text import main, signals
from pincite.text.lines import Walk
from pincite.text.places import Places

PROSE = "The Charles Bridge was built of sandstone in the years after the flood, and it still stands. " * 3


def walked(body: str) -> Walk:
    walk = Walk()
    walk.page(document_fromstring(f"<html><body>{body}</body></html>").find("body"))
    return walk


def read(body: str) -> list[str]:
    walk = walked(body)
    return [line.text for line in main.read(walk.lines, walk.regions)]


def test_an_article_is_read_and_the_teasers_below_it_are_not() -> None:
    teasers = "".join(f"<li><a href={n}>Ten things about bridge {n}</a></li>" for n in range(9))
    text = read(
        f"<h1>Bridges</h1>{f'<p>{PROSE}</p>' * 6}<div class=teasers><h3>More stories</h3><ul>{teasers}</ul></div>"
    )
    assert text.count(PROSE.strip()) == 6
    assert "Bridges" in text
    assert not any("Ten things" in line or "More stories" in line for line in text)


def test_a_heading_stays_over_what_is_read_and_goes_with_the_last_of_it() -> None:
    text = read(f"<h1>Bridges</h1><h2>History</h2><p>{PROSE}</p><p>{PROSE}</p><h2>Empty</h2>")
    assert "History" in text
    assert "Empty" not in text


def test_a_page_without_prose_keeps_all_but_its_frame() -> None:
    assert read("<nav>menu</nav><ul><li>abc</li><li>def</li></ul>") == ["abc", "def"]
    assert read("<nav>menu</nav>") == ["menu"]
    assert read("<p>The port is 7433.</p><div class=footnote><ol><li>It may be changed.</ol></div>")[1:] == [
        "It may be changed."
    ]


def test_every_weight_belongs_to_a_sign_that_is_given() -> None:
    body = f"""<header class='hero related'><h1>A</h1></header><main><article class='post-body'><h1>B</h1><p>{PROSE}</p>
    <ul><li>x</li></ul><pre>x</pre><table><tr><td>a<td>b</table></article><article><p>{PROSE}</p></article></main>"""
    walk = walked(body)
    places = Places(walk.lines, walk.regions)
    first = signals.first(walk.lines, places)
    second = signals.second(walk.lines, places, [0.5] * len(walk.lines))
    given = {name for each in first.rows() for name in each if not name.startswith(("a:", "s:"))} | {""}
    assert {name for name in main.FIRST if not name.startswith(("a:", "s:"))} <= given
    assert set(main.SECOND) <= set(second.names) | {""}


def test_signs_are_weighed_as_their_rows_say() -> None:
    body = f"<nav class=menu><a href=x>y</a></nav><h1>A</h1><ul><li>x<li>{PROSE}</ul><p>{PROSE}</p><p>Tags: a, b</p>"
    walk = walked(body)
    places = Places(walk.lines, walk.regions)
    for weights, signs in (
        (main.FIRST, signals.first(walk.lines, places)),
        (main.SECOND, signals.second(walk.lines, places, [0.1 * at for at in range(len(walk.lines))])),
    ):
        sums = [weights[""] + sum(weights[name] * value for name, value in row.items()) for row in signs.rows()]
        assert signs.weighed(weights).tolist() == pytest.approx(sums)


def test_no_chance_is_certain() -> None:
    walk = walked(f"<p>{PROSE}</p><a href=x>y</a>")
    assert all(0 < chance < 1 for chance in main.chances(walk.lines, Places(walk.lines, walk.regions)))
