"""What stands around every text of a site? Regions that say so by name: comments, cookies, menus, related, share.

They are cut before anything is weighed, so that they neither count as text nor hide where it is. A name is only
believed while enough of the page lies outside its region and the page's title does not lie inside: themes also call
their whole pages ``content-sidebar``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pincite.text.lines import Line, Region, count

_TALK = r"comments?|comment-?(?:list|body|content|text|section|area|thread)|disqus\w*|respond|livefyre|kommentare?|"
_TALK += r"forum-(?:message|fil)|commentlinks"
_REST = (
    r"cookies?|cookie-?(?:banner|notice|law|info|bar)\w*|cookielawinfo|gdpr|consent|onetrust\w*|cli-(?:modal|tab)|"
    r"related|related-?(?:posts?|articles?|content|stories|links|news|items)|jp-?relatedposts|rp4wp|yarpp|"
    r"recommend(?:ed|ations?)|outbrain|taboola|most-?(?:read|popular)|trending|more-(?:stories|from|news|articles)|"
    r"side-?bar|widget-area|nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|footer|toc|skip-?link|"
    r"share|sharing|share-?(?:bar|buttons?|links?|tools?)|social|social-?(?:links?|share|media|icons?|bar)|sharedaddy|"
    r"addtoany|addthis|follow-?us|"
    r"newsletter|subscribe|sign-?up|log-?in|paywall|promo|advert(?:isement|s)?|ads?|sponsored|"
    r"sr-only|screen-reader-text|visually-?hidden|no-?print|mw-editsection|editsection|navbox|catlinks|headerlink"
)
_BOUNDED = r"(?:^|[-_])(?:{})(?=$|[-_\d])"
_TALKS = re.compile(_BOUNDED.format(_TALK), re.IGNORECASE)
_NAMED = re.compile(_BOUNDED.format(f"{_TALK}|{_REST}"), re.IGNORECASE)
_CONSENT = re.compile(
    _BOUNDED.format(
        r"(?:cookie|consent|gdpr)-?(?:banner|notice|bar|box|law|info|consent|popup|modal|dialog|overlay|manager)\w*|"
        r"cookielawinfo|onetrust\w*|cybotcookiebot\w*|didomi\w*|usercentrics\w*|truste\w*"
    ),
    re.IGNORECASE,
)
"""What asks for leave is named by its maker, and is on short pages the only prose: it is believed at once."""
_ASKING = frozenset({"div", "aside", "form"})
_TAGS = frozenset({"nav", "menu", "footer"})
_NEVER = frozenset("page html body main h1 h2 h3 h4 h5 h6 p tr td pre code".split())
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")
_PARTS = 4
"""A name of more parts is a sentence: documentation makes them out of its headings."""
_LEFT = 250
"""Characters of prose that must be outside a region for its name to be believed."""


def cut(lines: Sequence[Line], regions: Sequence[Region]) -> list[Line]:
    """The lines outside the frame; the regions are counted anew."""
    titled: set[Region] = set()
    for line in lines:
        region: Region | None = line.region if line.kind == "heading" and line.level == 1 else None
        while region is not None and region not in titled:
            titled.add(region)
            region = region.above
    framed: set[Region] = set()
    page = regions[0]
    for region in regions:
        if region.above in framed or (
            region not in titled
            and (_asks_leave(region) or (_is_believed(region, page) and _is_frame(region.tag, region.names)))
        ):
            framed.add(region)
    left = [line for line in lines if line.region not in framed]
    if left:
        count(left, regions)
    return left or list(lines)


def _is_believed(region: Region, page: Region) -> bool:
    """Enough is outside it. Talk may well be longer than what it is about, nothing else is."""
    outside = page.prose - region.prose
    if region.prose:
        return outside >= min(_LEFT, 2 * region.prose) and (outside >= region.prose or _says(_TALKS, region.names))
    return (page.chars - region.chars) * 10 >= region.chars


@lru_cache(maxsize=16_384)  # the pages of a site call their regions the same
def _is_frame(tag: str, names: str) -> bool:
    return tag in _TAGS or (tag not in _NEVER and _says(_NAMED, names))


def _asks_leave(region: Region) -> bool:
    return region.tag in _ASKING and _says(_CONSENT, region.names)


def _says(words: re.Pattern[str], named: str) -> bool:
    names = _CAMEL.sub("-", named).split()
    if words is _NAMED and len(names) > 1 and names[0] == "widget":
        return True
    return any(words.search(name) for name in names if len(re.findall("[-_]+", name)) < _PARTS)
