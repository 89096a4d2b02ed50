"""Which lines a browser would show."""

from __future__ import annotations

from lxml.html import document_fromstring

from pincite.text.lines import Line, Walk


def lines(body: str, hidden: bool = False) -> list[Line]:
    walk = Walk(hidden=hidden)
    walk.page(document_fromstring(f"<html><body>{body}</body></html>").find("body"))
    return walk.lines


def shown(body: str) -> list[tuple[str, str]]:
    return [(line.kind, line.mark + line.text) for line in lines(body)]


def test_every_block_is_a_line_of_its_kind() -> None:
    assert shown("<h2>A</h2>b <b>c</b><p>d</p><ul><li>e<li>f</ul><ol><li>g<li><p>h</ol>") == [
        ("heading", "A"), ("p", "b c"), ("p", "d"), ("item", "- e"), ("item", "- f"), ("item", "1. g"),
        ("item", "2. h"),
    ]  # fmt: skip


def test_a_row_of_values_is_a_line_and_a_row_of_layout_is_not() -> None:
    assert shown("<table><tr><th>Name<th>Year<tr><td>Charles<td>1357</table>") == [
        ("row", "Name | Year"),
        ("row", "Charles | 1357"),
    ]
    assert shown("<table><tr><td><p>Left</p><td><p>Right</p></table>") == [("p", "Left"), ("p", "Right")]
    assert shown("<table><tr><td>a<td><ul><li>b<li>c</ul><td>d</table>") == [("row", "a | b c | d")]


def test_code_keeps_its_lines_and_gets_a_fence_that_it_does_not_contain() -> None:
    assert shown("<pre>if a:\n    b()</pre>") == [("code", "```\nif a:\n    b()\n```")]
    assert shown("<pre>```\nx\n```</pre>") == [("code", "~~~\n```\nx\n```\n~~~")]


def test_what_nobody_sees_is_no_line_unless_asked_for() -> None:
    body = "<script>x</script><p style='display: none'>a</p><p hidden>b</p><button>c</button><p>d</p>"
    assert [line.text for line in lines(body)] == ["d"]
    assert [line.text for line in lines(body, hidden=True)] == ["a", "b", "d"]


def test_a_line_knows_how_much_of_it_is_linked_and_its_region_how_much_is_inside() -> None:
    found = lines("<div class=menu><p><a href=x>abc</a> de</p><p>fgh</p></div>")
    assert [line.linked for line in found] == [3, 0]
    above = found[0].region.above
    assert above is not None
    assert (above.names, above.chars, above.linked, above.lines) == ("menu", 9, 3, 2)


def test_a_way_around_the_page_is_no_word_of_it() -> None:
    assert shown("<dl><dt>PORT<a href='#port'>¶</a><dd>A number</dl>") == [("p", "PORT"), ("p", "A number")]
    assert shown("<p>Port 7433.<sup><a href='#fn:1'>1</a></sup> Long<a href='#n2'><sup>[2]</sup></a>") == [
        ("p", "Port 7433. Long")
    ]
    assert shown("<div><a class=md-skip href='#begin'>Skip to content</a></div><p>a<a href='#top'>↩︎</a>") == [
        ("p", "a")
    ]
    for kept in ("10<sup>2</sup>", "see <a href='#two'>2</a>", "x<sup><a href='/two'>2</a></sup>"):
        assert "2" in shown(f"<p>{kept}")[0][1]


def test_a_panel_that_is_not_chosen_yet_is_read() -> None:
    panels = "<div role=tabpanel><p>choco install river</div><div role=tabpanel hidden><p>apt install river</div>"
    assert [line.text for line in lines(panels)] == ["choco install river", "apt install river"]
