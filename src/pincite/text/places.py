"""What do the places around a line say about it? Names that pages give to regions, and the region that holds the text.

Vocabulary rather than rules: each group of names is a hint with a weight of its own (``main.json``), and a region that
holds most of the page gives none, because whole pages are called ``has-sidebar`` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from pincite.text.lines import Line, Region

Hints = frozenset[str]
_NAMES: Mapping[str, re.Pattern[str]] = {
    hint: re.compile(words, re.IGNORECASE)
    for hint, words in {
        "comment": "comment|disqus|respond|replies|reply|reaction|kommentar|discuss|livefyre|feedback",
        "share": "shar(?:e|ing)|social|addthis|follow|facebook|twitter|whatsapp|sociable",
        "related": "relat|recommend|similar|popular|trending|latest|teaser|next|prev|outbrain|taboola|suggest|carousel|"
        "slider|most-?read|verwandt|see-?also|also|readmore|read-?more|more-",
        "nav": r"nav|menu|breadcrumb|pager|pagin|skip|toolbar|tab(?:s|list)?\b|topbar|masthead|sidebar|aside|widget|"
        r"\btoc\b|table-of-contents|\brail|secondary|complementary",
        "head": r"head|banner|hero\b|logo|branding",
        "foot": "foot(?!note)|copyright|bottom|legal|colophon|imprint|disclaim|contentinfo",
        "ad": r"\bads?\b|\bad[-_]|advert|sponsor|promo|dfp|commercial|anzeige|affiliate|shop|cart|price|paywall",
        "sign": r"newsletter|subscri|sign-?up|log-?in|regist|cookie|consent|gdpr|modal|popup|overlay|dialog|donat|"
        r"\bcta|call-to|premium|alert|notice|search",
        "meta": r"meta|byline|author|date|time|publish|info|posted|categor|kicker|eyebrow|edit-?section|\bsource|label|"
        "badge",
        "tags": r"\btags?\b|tag-|-tag|tagged|topics?|keyword|hashtag",
        "caption": r"caption|credit|figure|image|photo|gallery|slideshow|video|media|\bimg|thumb|\bpic|bild|legend",
        "bio": r"bio\b|biograph|about|author-?box|profile|avatar",
        "toolish": "hidden|no-?print|screen-reader|sr-only|visually|print|button|btn|icon|control|rating|vote|download",
        "good": "article|entry|post|story|content|body|text|main|paragraph|markdown|document|prose|page|copy",
        "best": r"(?:article|entry|post|story|page)[-_]*(?:body|text|content|copy)|articlebody|markdown|\bprose|"
        "body-?text|rich-?text|main-?content|field-name-body",
    }.items()
}
_TAGS = frozenset(
    """article main nav aside header footer form figure figcaption table ul ol blockquote section dl p td details
    label""".split()
)
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")
_WELCOME = frozenset({"good", "best", "t:article", "t:main"})
"""Hints that count of a region of any size."""
_APART = frozenset("comment related nav foot sign bio t:nav t:aside t:footer".split())
_FADE = 0.8
"""What a line's text counts for the region above the one that has it."""
_FADED = 0.05
_ENOUGH = 200
"""Characters of prose that make an <article> one."""


class Places:
    """The regions of one page, each with its hints."""

    def __init__(self, lines: Sequence[Line], regions: Sequence[Region]) -> None:
        self.regions = regions
        self._around: dict[Region, Hints] = {}
        for region in regions:
            self._around[region] = self._inherited(region)
        self.article = _articles(regions)
        self.trunk = self.densest(lines, lambda at: 0.1 if self._around[lines[at].region] & _APART else 1.0)

    def own(self, region: Region) -> Hints:
        """What a region is called, and what it is by its tag (``t:…``)."""
        return _hints(region.tag, region.names)

    def close(self, region: Region) -> Hints:
        """Its own, and those of a region that holds nothing else."""
        above = region.above
        if above is None or above.chars >= 2 * region.chars + 40:
            return self.own(region)
        return self.own(region) | self.own(above)

    def around(self, region: Region) -> Hints:
        """Those of all regions that it is in, unless they hold most of the page."""
        return self._around[region]

    def _inherited(self, region: Region) -> Hints:
        if region.above is None:
            return frozenset()
        page, hints = self.regions[0], self.own(region)
        if region.prose > 0.6 * max(1, page.prose) and region.chars > 0.5 * max(1, page.chars):
            hints &= _WELCOME
        return self._around[region.above] | hints

    def densest(self, lines: Sequence[Line], weight: Callable[[int], float]) -> Mapping[Region, int]:
        """The region that holds the text at the least distance, and those above it: how far above."""
        scores = dict.fromkeys(self.regions, 0.0)
        for at, line in enumerate(lines):
            score = line.prose * weight(at)
            region: Region | None = line.region
            share = 1.0
            while score and region is not None and share > _FADED:
                scores[region] += score * share
                share *= _FADE
                region = region.above
        inner = (region for region in self.regions[1:] if region.tag not in ("html", "body"))
        found: Region | None = max(inner, key=lambda region: scores[region], default=self.regions[0])
        trunk: dict[Region, int] = {}
        while found is not None:
            trunk[found] = len(trunk)
            found = found.above
        return trunk


@lru_cache(maxsize=16_384)  # the pages of a site call their regions the same
def _hints(tag: str, names: str) -> Hints:
    split = _CAMEL.sub("-", names)
    hints = [hint for hint, words in _NAMES.items() if words.search(split)] if split else []
    return frozenset([*hints, f"t:{tag}"] if tag in _TAGS else hints)


def distance(region: Region, trunk: Mapping[Region, int]) -> tuple[int, int]:
    """How far above the densest region a region's branch leaves the trunk, and how long the branch is."""
    down = 0
    while region not in trunk:
        if region.above is None:
            break
        region = region.above
        down += 1
    return trunk.get(region, 0), down


def _articles(regions: Sequence[Region]) -> Mapping[Region, bool]:
    """Regions inside an <article>: of the page's own (the first big one), or of another?"""
    tops: list[Region] = []
    inside: dict[Region, Region] = {}
    for region in regions:
        if region.above in inside:
            inside[region] = inside[region.above]
        elif region.tag == "article" and region.prose > _ENOUGH:
            tops.append(region)
            inside[region] = region
    least = 0.3 * max((top.prose for top in tops), default=0)
    first = next((top for top in tops if top.prose > least), None)
    return {region: top is first for region, top in inside.items()}
