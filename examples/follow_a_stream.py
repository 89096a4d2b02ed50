"""Ask a running server and draw the answer as it comes: ten events, one line each here.

pincite serve &
python examples/follow_a_stream.py http://127.0.0.1:8765 "question"
"""

import sys

import httpx

from pincite.events import Cited, Finished, Sourced, Stamped, Wrote


def main(base_url: str, text: str) -> None:
    with (
        httpx.Client(base_url=base_url, timeout=60) as http,
        http.stream("POST", "/api/ask", json={"text": text}, headers={"accept": "application/jsonl"}) as lines,
    ):
        for line in filter(None, lines.iter_lines()):
            match Stamped.model_validate_json(line).event:
                case Sourced(sources=sources):
                    print(*(f"[{source.number}] {source.document.title}" for source in sources), sep="\n")
                case Wrote(text=words):
                    print(words, end="", flush=True)
                case Cited(sentence=sentence):
                    print("".join(f" [{citation.source}]" for citation in sentence.citations), end="")
                case Finished(status=status, timings=timings):
                    print(f"\n{status} in {timings['total']:.0f} ms")
                case _:
                    pass


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
