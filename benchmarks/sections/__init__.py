"""Which section does the page have for which benchmark, and what is asked there?"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.sections import answering, costs, finding
from benchmarks.sections.cells import Figures, Section

SECTIONS: dict[str, tuple[str, Callable[[Figures], Section]]] = {
    "stages": ("Where does the time of a question go?", costs.stages),
    "overhead": ("What is added to a model's own time?", costs.overhead),
    "streams": ("How many answers can be followed at once?", costs.streams),
    "retrieval": ("Is search better and faster than others'?", finding.retrieval),
    "sets": ("Does hybrid search ever lose to words alone?", finding.sets),
    "answers": ("Are the answers right, and silent where nothing is known?", answering.answers),
    "starter": ("Do a newcomer's first questions work?", answering.starter),
    "manuals": ("Can one ask a manual?", answering.manuals),
    "live": ("Does a live answer keep its deadline?", costs.live),
    "startup": ("How long until it is there?", costs.startup),
    "page": ("How soon and how smoothly does the page appear?", costs.page),
    "index_speed": ("How fast do documents become findable?", costs.index_speed),
    "crawl": ("How much of a web does a crawl bring?", finding.crawl),
    "spread": ("Can the work be spread?", costs.spreading),
    "links": ("What are links worth?", finding.links),
    "pagerank": ("How long does PageRank take?", costs.ranked),
    "log": ("What does the durable log cost?", costs.log),
    "growth": ("What happens when the index grows?", costs.growth),
    "extraction": ("Is a page's text found?", finding.extraction),
    "files": ("Is a file's text found, and how soon can it be asked?", finding.files),
    "reading": ("What is the cross-encoder worth?", answering.reading),
    "support": ("How often is the check of a sentence right?", answering.support),
    "asking": ("How often is a question asked back?", answering.asking),
    "checks": ("Do the promises hold that are tests?", answering.checks),
    "clone": ("How long from nothing?", costs.clone),
}
