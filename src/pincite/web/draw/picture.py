"""What does a link look like in a chat? A picture of 1200 × 630 points with the title, drawn here and asked of nobody.

Previews of links take PNG and no SVG. The letters come from the font of this machine that has most of them, or from
Pillow's own Latin one; a letter that it has not is left out rather than boxed.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from pincite.web.words import count

WIDTH, HEIGHT, MARGIN = 1200, 630, 84
INK, SOFT, ACCENT, PAPER = "#1d1f21", "#5b5f63", "#0b5c6b", "#fbfaf7"
TITLE, TEXT, SMALL = 60, 32, 28
FONTS = ("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "msyh.ttc")
MOST_LINES, MOST_CHARACTERS = 3, 400

Font = ImageFont.FreeTypeFont


def draw(title: str, text: str, sources: int) -> bytes:
    """A PNG. ``text`` is the beginning of the first answer, ``sources`` how many it all rests on."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 14, HEIGHT), fill=ACCENT)
    y = float(MARGIN)
    for words, size, colour in ((title, TITLE, INK), (text, TEXT, SOFT)):
        font, known = _written(words[:MOST_CHARACTERS], size)
        for line in _lines(known, font):
            pen.text((MARGIN, y), line, font=font, fill=colour)
            y += size * 1.35
        y += 20
    font, foot = _written(f"pincite · every sentence cites its passage · {count(sources, 'source')}", SMALL)
    pen.text((MARGIN, HEIGHT - MARGIN), foot, font=font, fill=ACCENT)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _lines(words: str, font: Font) -> list[str]:
    """Broken where it must be: between words, or between characters where a script has no spaces."""
    room = WIDTH - 2 * MARGIN
    lines: list[str] = [""]
    for word in " ".join(words.split()).replace(" ", " \0").split("\0"):
        pieces = [word] if font.getlength(word) <= room and word.isascii() else list(word)
        for piece in pieces:
            if font.getlength((lines[-1] + piece).rstrip()) > room:
                lines.append("")
            lines[-1] += piece
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1].rstrip()[:-1] + "…"]
    return [line.strip() for line in lines]


def _written(words: str, size: int) -> tuple[Font, str]:
    """The font that has most of the letters, and those that it has."""
    lacking = {font: _lacking(font, words) for font in (*_system(size), _own(size))}
    font = min(lacking, key=lambda one: len(lacking[one]))
    return font, "".join(c for c in words if c not in lacking[font])


def _lacking(font: Font, words: str) -> set[str]:
    box = bytes(font.getmask("\U0010fffe"))  # of a code point that will never be a letter
    return {c for c in set(words) if not c.isspace() and bytes(font.getmask(c)) == box}


@cache
def _system(size: int) -> tuple[Font, ...]:
    found = []
    for name in FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:  # not on this machine
            continue
    return tuple(found)


@cache
def _own(size: int) -> Font:
    font = ImageFont.load_default(size)
    assert isinstance(font, Font), "Pillow without FreeType can't draw text"
    return font
