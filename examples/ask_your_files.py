"""Index a folder and ask about it, from Python, with citations as data.

python examples/ask_your_files.py FOLDER "question"
"""

import asyncio
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from pincite import AnswerEngine, Question, Settings
from pincite.errors import Unreadable
from pincite.index import Index
from pincite.readers import read, suffixes, walk


async def main(folder: Path, text: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data_dir=Path(data))

        # Documents go into the index; it can be searched as soon as they are committed.
        with closing(Index.open(settings.index_dir, None, writer=True)) as index:
            for path in walk(folder, suffixes()):
                try:
                    index.add(read(path, collection="default", max_bytes=10_000_000))
                except Unreadable as problem:  # its detail says which file and why, its hint what to do
                    print(f"left out: {problem.detail}", file=sys.stderr)

        # Ask. The answer is plain text; its citations stand beside it, as spans.
        async with await AnswerEngine.open(settings) as engine:
            answer = await engine.answer(Question(text=text))

    passages = {passage.id: passage for source in answer.sources for passage in source.passages}
    for sentence in answer.sentences:
        print(answer.text[sentence.start : sentence.end])
        for citation in sentence.citations:
            passage = passages[citation.passage_id]
            quote = citation.quote and passage.text[citation.quote.start : citation.quote.end]
            print(f"    [{citation.source}] {passage.document.title}: “{quote}” ({sentence.verdict})")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
