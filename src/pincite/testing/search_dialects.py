"""How does each search service say what it found? One function a service: a request in, its reply out.

The shapes are those of the services' own documentation, with the fields that readers may stumble over: highlighted
words, nulls, advertisements, missing parts. A service that wants a key refuses without one, in its own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from html import escape
from urllib.parse import quote


@dataclass(frozen=True)
class Page:
    """A page of the small web that the server knows."""

    slug: str
    title: str
    text: str
    published: date
    author: str


@dataclass(frozen=True)
class Request:
    """What came in; ``path`` is what is behind the service's name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: object


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, body: object, status: int = 200) -> Reply:
        return cls(json.dumps(body).encode(), status)


Dialect = Callable[[Request, Sequence[Page], str], Reply]


def matching(pages: Sequence[Page], question: str) -> list[Page]:
    """Pages that share words with the question, most shared first."""
    asked = set(re.findall(r"\w{4,}", question.lower()))
    shared = [(len(asked & set(re.findall(r"\w{4,}", f"{p.title} {p.text}".lower()))), p) for p in pages]
    return [page for count, page in sorted(shared, key=lambda each: -each[0]) if count]


def _searxng(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if request.query.get("format") != "json":
        return Reply(b"<h1>Forbidden</h1>", 403, "text/html")
    results = [
        {
            "url": f"{web}/{page.slug}", "title": page.title, "content": f"{page.text[:60]} ...", "engine": "bing",
            "engines": ["bing"], "score": 1.0, "category": "general", "publishedDate": f"{page.published}T00:00:00",
            "thumbnail": None,
        }
        for page in matching(pages, request.query["q"])
    ]  # fmt: skip
    lists: dict[str, list[object]] = {name: [] for name in ("answers", "corrections", "infoboxes", "suggestions")}
    return Reply.of({"query": request.query["q"], "results": results, "unresponsive_engines": [], **lists})


def _brave(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if not request.headers.get("x-subscription-token"):
        error = {
            "code": "SUBSCRIPTION_TOKEN_INVALID",
            "detail": "The provided subscription token is invalid.",
            "status": 422,
        }
        return Reply.of({"type": "ErrorResponse", "error": error}, 422)
    if int(request.query.get("count", "10")) > 20 or len(request.query["q"]) > 400:
        return Reply.of({"type": "ErrorResponse", "error": {"code": "VALIDATION", "status": 422}}, 422)
    results = [
        {
            "type": "search_result", "title": page.title, "url": f"{web}/{page.slug}", "language": "en",
            "description": f"The <strong>{escape(page.title)}</strong> ...", "page_age": f"{page.published}T09:30:00",
            "age": "March 5, 2024", "is_live": False, "family_friendly": True,
        }
        for page in matching(pages, request.query["q"])
    ]  # fmt: skip
    body: dict[str, object] = {"type": "search", "query": {"original": request.query["q"]}}
    return Reply.of({**body, "web": {"type": "search", "results": results}} if results else body)


def _tavily(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if not request.headers.get("authorization", "").startswith("Bearer tvly-"):
        return Reply.of({"detail": {"error": "Unauthorized: missing or invalid API key."}}, 401)
    asked = request.json if isinstance(request.json, dict) else {}
    results = [
        {
            "title": page.title, "url": f"{web}/{page.slug}", "content": page.text[:80], "score": 0.9,
            "raw_content": page.text if asked.get("include_raw_content") else None,
        }
        for page in matching(pages, str(asked.get("query")))
    ]  # fmt: skip
    return Reply.of(
        {"query": asked.get("query"), "answer": None, "images": [], "results": results, "response_time": 0.4}
    )


def _exa(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if not request.headers.get("x-api-key"):
        return Reply.of({"requestId": "r1", "error": "Missing API key", "tag": "INVALID_API_KEY"}, 401)
    asked = request.json if isinstance(request.json, dict) else {}
    results = [
        {
            "id": f"{web}/{page.slug}", "url": f"{web}/{page.slug}", "title": page.title, "author": page.author,
            "publishedDate": f"{page.published}T00:00:00.000Z", "text": page.text,
        }
        for page in matching(pages, str(asked.get("query")))
    ]  # fmt: skip
    return Reply.of(
        {"requestId": "r1", "resolvedSearchType": "neural", "results": results, "costDollars": {"total": 0.005}}
    )


def _serper(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if not request.headers.get("x-api-key"):
        return Reply.of({"message": "Unauthorized.", "statusCode": 403}, 403)
    asked = request.json if isinstance(request.json, dict) else {}
    organic = [
        {"title": page.title, "link": f"{web}/{page.slug}", "snippet": page.text[:70], "position": place,
         "date": f"{page.published:%b %d, %Y}"}
        for place, page in enumerate(matching(pages, str(asked.get("q"))), 1)
    ]  # fmt: skip
    return Reply.of({"searchParameters": asked, "organic": organic, "peopleAlsoAsk": [], "credits": 1})


def _google(request: Request, pages: Sequence[Page], web: str) -> Reply:
    if not request.query.get("key"):
        return Reply.of(
            {
                "error": {
                    "code": 403,
                    "message": "The request is missing a valid API key.",
                    "status": "PERMISSION_DENIED",
                }
            },
            403,
        )
    if not request.query.get("cx") or int(request.query.get("num", "10")) > 10:
        return Reply.of(
            {"error": {"code": 400, "message": "Request contains an invalid argument.", "status": "INVALID_ARGUMENT"}},
            400,
        )
    items = [
        {"kind": "customsearch#result", "title": page.title, "link": f"{web}/{page.slug}", "snippet": page.text[:70]}
        for page in matching(pages, request.query["q"])
    ]
    body: dict[str, object] = {"kind": "customsearch#search", "searchInformation": {"totalResults": str(len(items))}}
    return Reply.of({**body, "items": items} if items else body)


def _duckduckgo(request: Request, pages: Sequence[Page], web: str) -> Reply:
    advertisement = (
        '<a rel="nofollow" class="result__a" href="https://duckduckgo.com/y.js?ad_domain=shop.example">Buy</a>'
    )
    links = [
        f'<a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg={quote(f"{web}/{page.slug}", safe="")}'
        f'&amp;rut=1">The <b>{escape(page.title)}</b></a>'
        for page in matching(pages, request.query["q"])
    ]
    rows = "".join(
        f'<div class="result results_links web-result"><h2>{link}</h2></div>' for link in [advertisement, *links]
    )
    none = '<div class="no-results">No results.</div>'
    html = f'<html><body><div id="links" class="results">{rows if links else none}</div></body></html>'
    return Reply(html.encode(), 200, "text/html; charset=UTF-8")


def _wikipedia(request: Request, pages: Sequence[Page], _: str) -> Reply:
    asked = request.query
    if asked.get("list") == "search":
        found = [
            {"ns": 0, "title": page.title, "pageid": place, "timestamp": f"{page.published}T00:00:00Z"}
            for place, page in enumerate(matching(pages, asked["srsearch"]), 1)
        ]
        return Reply.of({"batchcomplete": True, "query": {"search": found[: int(asked.get("srlimit", "10"))]}})
    page = next((each for each in pages if each.title == asked.get("titles")), None)
    if page is None:
        missing = {"ns": 0, "title": asked.get("titles"), "missing": True}
        return Reply.of({"batchcomplete": True, "query": {"pages": [missing]}})
    known = {
        "pageid": 1, "ns": 0, "title": page.title, "extract": f"{page.text}\n\n\n== See also ==\nMore.",
        "touched": f"{page.published}T00:00:00Z", "pagelanguage": "en",
        "canonicalurl": f"https://en.wikipedia.org/wiki/{quote(page.title.replace(' ', '_'))}",
    }  # fmt: skip
    return Reply.of({"batchcomplete": True, "query": {"pages": [known]}})


def _stackoverflow(request: Request, pages: Sequence[Page], _: str) -> Reply:
    quota = {"has_more": False, "quota_max": 300, "quota_remaining": 280}
    if request.path.endswith("/answers"):
        ids = request.path.split("/")[3].split(";")
        answers = [
            {"answer_id": 1000 + number, "question_id": number, "score": 7, "is_accepted": True,
             "body": f"<p>{escape(page.text)}</p><pre><code>print(&quot;{escape(page.title)}&quot;)</code></pre>"}
            for number, page in enumerate(pages, 1)
            if str(number) in ids
        ]  # fmt: skip
        return Reply.of({"items": answers, **quota})
    numbers = {page.slug: number for number, page in enumerate(pages, 1)}
    items = [
        {
            "question_id": numbers[page.slug], "title": f"What &amp; why: {escape(page.title)}?", "score": 3,
            "link": f"https://stackoverflow.com/questions/{numbers[page.slug]}/{page.slug}",
            "body": "<p>Can anybody say?</p>", "owner": {"display_name": page.author},
            "last_activity_date": int(datetime.combine(page.published, time(), UTC).timestamp()),
        }
        for page in matching(pages, request.query["q"])
    ]  # fmt: skip
    return Reply.of({"items": items, **quota})


def _openalex(request: Request, pages: Sequence[Page], _: str) -> Reply:
    results: list[dict[str, object]] = []
    for page in matching(pages, request.query["search"]):
        inverted: dict[str, list[int]] = {}
        for place, word in enumerate(page.text.split()):
            inverted.setdefault(word, []).append(place)
        results.append(
            {"id": f"https://openalex.org/W{page.slug}", "doi": f"https://doi.org/10.1/{page.slug}", "language": "en",
             "title": f"On <i>{page.title}</i>", "publication_date": str(page.published),
             "authorships": [{"author": {"display_name": page.author}}], "abstract_inverted_index": inverted}
        )  # fmt: skip
    results.append({"id": "https://openalex.org/W0", "doi": None, "title": None, "abstract_inverted_index": None})
    return Reply.of({"meta": {"count": len(results)}, "results": results if pages else []})


def _arxiv(request: Request, pages: Sequence[Page], _: str) -> Reply:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{page.slug}v1</id><published>{page.published}T00:00:00Z</published>"
        f"<title>On\n  {escape(page.title)}</title><summary>  {escape(page.text)}\n</summary>"
        f"<author><name>{page.author}</name></author></entry>"
        for page in matching(pages, request.query["search_query"])
    )
    feed = f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    return Reply(feed.encode(), 200, "application/atom+xml; charset=utf-8")


def _semanticscholar(request: Request, pages: Sequence[Page], _: str) -> Reply:
    data: list[dict[str, object]] = [
        {"paperId": page.slug, "url": f"https://www.semanticscholar.org/paper/{page.slug}", "title": f"On {page.title}",
         "abstract": page.text, "year": page.published.year, "publicationDate": None,
         "authors": [{"name": page.author}]}
        for page in matching(pages, request.query["query"])
    ]  # fmt: skip
    url = "https://www.semanticscholar.org/paper/none"
    none: dict[str, object] = {"paperId": "none", "url": url, "title": "No words", "abstract": None}
    return Reply.of({"total": len(data), "offset": 0, "data": [*data, none]} if data else {"total": 0, "offset": 0})


def _pubmed(request: Request, pages: Sequence[Page], _: str) -> Reply:
    numbers = {page.slug: str(number) for number, page in enumerate(pages, 1)}
    if request.path.endswith("esearch.fcgi"):
        ids = [numbers[page.slug] for page in matching(pages, request.query["term"])]
        return Reply.of({"header": {"type": "esearch"}, "esearchresult": {"count": str(len(ids)), "idlist": ids}})
    papers = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{numbers[page.slug]}</PMID><Article><Journal><JournalIssue><PubDate>"
        f"<Year>{page.published.year}</Year><Month>{page.published:%b}</Month></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>On <i>{escape(page.title)}</i></ArticleTitle><Abstract>"
        f'<AbstractText Label="BACKGROUND">{escape(page.text)}</AbstractText></Abstract><AuthorList><Author>'
        f"<LastName>{page.author.split()[1]}</LastName><ForeName>{page.author.split()[0]}</ForeName>"
        "</Author></AuthorList><Language>eng</Language></Article></MedlineCitation></PubmedArticle>"
        for page in pages
        if numbers[page.slug] in request.query["id"].split(",")
    )
    return Reply(f'<?xml version="1.0"?><PubmedArticleSet>{papers}</PubmedArticleSet>'.encode(), 200, "text/xml")


def _hackernews(request: Request, pages: Sequence[Page], _: str) -> Reply:
    hits = [
        {"objectID": page.slug, "title": None, "story_title": page.title, "author": page.author, "story_text": None,
         "comment_text": f"<p>{escape(page.text)}<p>I&#x27;d know.", "created_at": f"{page.published}T10:00:00Z"}
        for page in matching(pages, request.query["query"])
    ]  # fmt: skip
    link = [{"objectID": "9", "title": "A link without a word", "url": "https://example.org", "author": "x"}]
    return Reply.of({"hits": [*hits, *link] if pages else [], "nbHits": len(hits), "page": 0})


def _reddit(request: Request, pages: Sequence[Page], _: str) -> Reply:
    children = [
        {"kind": "t3", "data": {"title": page.title, "selftext": page.text, "author": page.author, "over_18": False,
                                "permalink": f"/r/towers/comments/{page.slug}/x/",
                                "created_utc": datetime.combine(page.published, time(12), UTC).timestamp()}}
        for page in matching(pages, request.query["q"])
    ]  # fmt: skip
    return Reply.of({"kind": "Listing", "data": {"children": children, "after": None}})


DIALECTS: Mapping[str, Dialect] = {
    "searxng": _searxng, "brave": _brave, "tavily": _tavily, "exa": _exa, "serper": _serper, "google": _google,
    "duckduckgo": _duckduckgo, "wikipedia": _wikipedia, "stackoverflow": _stackoverflow, "openalex": _openalex,
    "arxiv": _arxiv, "semanticscholar": _semanticscholar, "pubmed": _pubmed, "hackernews": _hackernews,
    "reddit": _reddit,
}  # fmt: skip
"""Service → how it speaks."""
