"""What do scholars say? Papers by their abstracts, from four open catalogues at once.

OpenAlex, https://docs.openalex.org/api-entities/works/search-works: abstracts are inverted indexes, put together again
here. arXiv, https://info.arxiv.org/help/api/user-manual.html: an Atom feed, one request in three seconds. Semantic
Scholar, https://api.semanticscholar.org/api-docs/graph. PubMed's E-utilities,
https://www.ncbi.nlm.nih.gov/books/NBK25499/: search for numbers, then fetch abstracts as XML. A paper without an
abstract is left out: there is nothing to cite.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from lxml import etree

from pincite.errors import SearchFailed
from pincite.ports import Focus
from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, plain, rows, words_of

_ATOM = {"atom": "http://www.w3.org/2005/Atom"}
_NO_WORD = re.compile(r"[^\w\s-]+")
_MOST_WORDS = 5000
"""An abstract has a few hundred; more is a broken index."""


async def _openalex(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    conditions = [
        "has_abstract:true",
        *([f"from_publication_date:{filters.after}"] if filters.after else []),
        *([f"to_publication_date:{filters.before}"] if filters.before else []),
    ]
    query: dict[str, str | int] = {
        "search": _bare(wanted.text), "filter": ",".join(conditions), "per-page": wanted.limit, "api_key": wanted.key,
        "select": "id,doi,title,publication_date,authorships,abstract_inverted_index,language",
    }  # fmt: skip
    works = rows(body_of(await ask(Call("/works", query))), "results")
    found = [
        Found(
            words_of(work, "doi", "id"),
            plain(words_of(work, "title")),
            text=restored(work.get("abstract_inverted_index")),
            published=day(work.get("publication_date")),
            lang=words_of(work, "language")[:2],
            authors=tuple(
                name for each in rows(work, "authorships") if (name := _name(each.get("author"), "display_name"))
            ),
        )
        for work in works
    ]
    return [each for each in found if each.text]


def restored(inverted: object) -> str:
    """The text that an inverted index was made of: each word at all of its places. Gaps close; nonsense gives ''."""
    if not isinstance(inverted, dict):
        return ""
    places = {
        place: str(word)
        for word, where in inverted.items()
        if isinstance(where, list)
        for place in where
        if isinstance(place, int) and 0 <= place < _MOST_WORDS
    }
    return plain(" ".join(places[place] for place in sorted(places))).removeprefix("Abstract ")


async def _arxiv(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    words = " AND ".join(f"all:{word}" for word in _bare(wanted.text).split()[:12])
    filters = wanted.filters
    if filters.after or filters.before:
        first, last = filters.after or date(1991, 1, 1), filters.before or date(2100, 1, 1)
        words += f" AND submittedDate:[{first:%Y%m%d}0000 TO {last:%Y%m%d}2359]"
    query: dict[str, str | int] = {"search_query": words, "max_results": wanted.limit, "sortBy": "relevance"}
    feed = _xml((await ask(Call("/api/query", query, {"accept": "application/atom+xml"}))).body)
    if etree.QName(feed).localname != "feed":
        raise SearchFailed("its reply is no Atom feed", reason="garbled")
    return [
        Found(
            _text(entry, "atom:id").replace("http://", "https://"),
            _text(entry, "atom:title"),
            text=_text(entry, "atom:summary"),
            published=day(_text(entry, "atom:published")),
            lang="en",
            authors=tuple(
                " ".join(name.text.split()) for name in entry.findall("atom:author/atom:name", _ATOM) if name.text
            ),
        )
        for entry in feed.findall("atom:entry", _ATOM)
        if _text(entry, "atom:summary")
    ]


async def _semantic_scholar(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    days = f"{filters.after or ''}:{filters.before or ''}"
    query: dict[str, str | int] = {
        "query": _bare(wanted.text), "limit": wanted.limit, "fields": "title,abstract,url,publicationDate,year,authors",
        "publicationDateOrYear": "" if days == ":" else days,
    }  # fmt: skip
    headers = {"x-api-key": wanted.key} if wanted.key else {}
    papers = rows(body_of(await ask(Call("/graph/v1/paper/search", query, headers))), "data")
    return [
        Found(
            words_of(paper, "url"),
            words_of(paper, "title"),
            text=plain(words_of(paper, "abstract")),
            published=day(paper.get("publicationDate") or str(paper.get("year") or "")),
            authors=tuple(name for each in rows(paper, "authors") if (name := words_of(each, "name"))),
        )
        for paper in papers
        if words_of(paper, "abstract")
    ]


async def _pubmed(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    dated = filters.after or filters.before
    query: dict[str, str | int] = {
        "db": "pubmed", "term": _bare(wanted.text), "retmax": wanted.limit, "retmode": "json", "sort": "relevance",
        "tool": "pincite", "api_key": wanted.key,
        "datetype": "pdat" if dated else "",
        "mindate": f"{filters.after or date(1800, 1, 1):%Y/%m/%d}" if dated else "",
        "maxdate": f"{filters.before or date(2100, 1, 1):%Y/%m/%d}" if dated else "",
    }  # fmt: skip
    body = body_of(await ask(Call("/entrez/eutils/esearch.fcgi", query)))
    result = body.get("esearchresult") if isinstance(body, dict) else None
    if not isinstance(result, dict) or "ERROR" in result:
        raise SearchFailed("its reply has no esearchresult", reason="garbled")
    ids = [each for each in result.get("idlist", []) if isinstance(each, str) and each.isdecimal()]
    if not ids:
        return []
    fetch: dict[str, str | int] = {
        "db": "pubmed", "id": ",".join(ids), "rettype": "abstract", "retmode": "xml", "tool": "pincite",
        "api_key": wanted.key,
    }  # fmt: skip
    papers = _xml((await ask(Call("/entrez/eutils/efetch.fcgi", fetch, {"accept": "text/xml"}))).body)
    found = {each.url: each for each in map(_pubmed_paper, papers.iter("PubmedArticle")) if each.text}
    return [found[url] for each in ids if (url := _pubmed_url(each)) in found]


def _pubmed_url(number: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{number}/"


def _pubmed_paper(paper: Any) -> Found:
    """Parts of a structured abstract keep their labels. ``MedlineDate`` is a range; its first year is taken."""
    parts = []
    for part in paper.iter("AbstractText"):
        words = " ".join("".join(part.itertext()).split())
        label = part.get("Label")
        parts.append(f"{label.capitalize()}: {words}" if label else words)
    when = paper.find(".//PubDate")
    spelled = " ".join(t for tag in ("Year", "Month", "Day") if when is not None and (t := when.findtext(tag)))
    title = paper.find(".//ArticleTitle")
    return Found(
        _pubmed_url(paper.findtext(".//PMID") or ""),
        " ".join("".join(title.itertext()).split()) if title is not None else "",
        text="\n".join(filter(None, parts)),
        published=day(spelled) or day((paper.findtext(".//MedlineDate") or "")[:4]),
        lang="en" if paper.findtext(".//Language") == "eng" else "",
        authors=tuple(
            " ".join(filter(None, (who.findtext("ForeName"), who.findtext("LastName"))))
            for who in paper.iter("Author")
            if who.findtext("LastName")
        ),
    )


def _xml(body: bytes) -> Any:
    """The root. Entities and outside documents are not resolved, whatever the body says."""
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        raise SearchFailed("its reply is no XML", reason="garbled") from None


def _text(entry: Any, path: str) -> str:
    return " ".join((entry.findtext(path, "", _ATOM) or "").split())


def _name(value: object, field: str) -> str:
    return words_of(value, field) if isinstance(value, dict) else ""


def _bare(question: str) -> str:
    """Words alone: signs are operators there."""
    return " ".join(_NO_WORD.sub(" ", question).replace("-", " ").split())[:300]


FOCUS = Focus(
    id="academic",
    label="Academic",
    description="Abstracts of papers",
    backends=("openalex", "arxiv", "semanticscholar", "pubmed"),
    place=45,
)
_DATED = frozenset[Any]({"after", "before"})
PROVIDERS = (
    Provider(
        "openalex",
        "OpenAlex",
        "https://api.openalex.org",
        _openalex,
        "optional",
        "OPENALEX_API_KEY",
        applies=_DATED,
        per_minute=100,
        per_day=1000,
    ),
    Provider("arxiv", "arXiv", "https://export.arxiv.org", _arxiv, applies=_DATED, per_minute=20, per_day=2000),
    Provider(
        "semanticscholar",
        "Semantic Scholar",
        "https://api.semanticscholar.org",
        _semantic_scholar,
        "optional",
        "SEMANTIC_SCHOLAR_API_KEY",
        applies=_DATED,
        per_minute=20,
        per_day=1000,
    ),
    Provider(
        "pubmed",
        "PubMed",
        "https://eutils.ncbi.nlm.nih.gov",
        _pubmed,
        "optional",
        "NCBI_API_KEY",
        applies=_DATED,
        per_minute=100,
        per_day=5000,
    ),
)
