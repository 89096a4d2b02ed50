"""Be the search engine of other people's programs: what each of them sends, and what it gets.

pincite serve &
python examples/serve_others.py http://127.0.0.1:8765 "eiffel tower"

Perplexica: examples/perplexica.compose.yaml. Open WebUI: examples/openwebui.compose.yaml. An access token, where the
server has one, is read from PINCITE_TOKEN.
"""

import os
import sys

import httpx


def main(base_url: str, text: str) -> None:
    token = os.environ.get("PINCITE_TOKEN", "")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=base_url, timeout=60, headers=headers) as http:
        # Perplexica asks SearXNG; the engines of its "academic" button would pick pincite's focus of that name.
        sent = {"q": text, "format": "json", "language": "en", "pageno": 1}
        found = http.get("/search", params=sent).raise_for_status().json()["results"]
        show("Perplexica", [(one["title"], one["url"], one["content"]) for one in found])

        # Open WebUI asks an external engine, then has its pages loaded.
        links = http.post("/openwebui/search", json={"query": text, "count": 3}).raise_for_status().json()
        show("Open WebUI", [(one["title"], one["link"], one["snippet"]) for one in links])
        urls = [one["link"] for one in links]
        pages = http.post("/openwebui/load", json={"urls": urls}).raise_for_status().json()
        size = sum(len(one["page_content"]) for one in pages)
        print(f"  and loads {len(pages)} of {len(urls)} pages, {size} characters")

        # Whatever speaks Tavily's API.
        body = {"query": text, "max_results": 3, "include_answer": True}
        tavily = http.post("/tavily/search", json=body).raise_for_status().json()
        show("Tavily's clients", [(one["title"], one["url"], one["content"]) for one in tavily["results"]])
        print(f"  and an answer: {tavily['answer']}")


def show(who: str, results: list[tuple[str, str, str]]) -> None:
    print(f"{who} gets {len(results)} results")
    for title, url, passage in results[:3]:
        print(f"  {title} <{url}>: {' '.join(passage.split())[:60]}…")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
