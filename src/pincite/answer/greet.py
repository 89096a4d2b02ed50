"""Is this a question at all? A greeting or thanks alone looks for nothing: it is told what can be asked here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.answer.tally import Tally
from pincite.events import Cited, Event, Stepped, Wrote
from pincite.types import Filters, Question, Sentence, Verdict

MOST = 2
"""Questions that are named."""

_ALONE = re.compile(
    r"(?:hi|hiya|hello|hey|howdy)(?: (?:there|again|all|everyone|pincite))?"
    r"|good (?:morning|afternoon|evening)"
    r"|(?:(?:ok|okay|great),? )?(?:thanks|thank you|many thanks|thx)(?: (?:a lot|so much|very much|again))?"
    r"|ok|okay"
    r"|hallo|moin|servus|guten (?:morgen|tag|abend)|bonjour|bonsoir|salut|hola|buen(?:os d[ií]as|as (?:tardes|noches))"
    r"|ciao|buongiorno|buonasera|ol[áa]|bom dia|boa (?:tarde|noite)|hoi|goede(?:ndag|morgen)|cześć|dzień dobry|ahoj|hej"
    r"|привет|здравствуйте|добрый день|привіт|добрий день|merhaba|selam|[你您]好|こんにちは|안녕(?:하세요)?|مرحبا"
    r"|السلام عليكم|שלום|नमस्ते?|(?:danke|merci)(?: schön| beaucoup)?|vielen dank|(?:muchas )?gracias|grazie(?: mille)?"
    r"|(?:muito )?obrigad[oa]|bedankt|dank je(?: wel)?|dziękuję|děkuji|спасибо|дякую|teşekkür(?:ler| ederim)|[谢謝]{2}"
    r"|ありがとう(?:ございます)?|감사합니다|شكرا|תודה|धन्यवाद"
)
_AROUND = re.compile(r"^[^\w\"'“”„«»]+|[^\w\"'“”„«»]+$")
"""What is in quotation marks is looked for."""


def greets(question: Question) -> bool:
    """Whether its whole text is a greeting, thanks or ok, and nothing else about it says that something is wanted."""
    if question.sql or question.reply is not None or question.filters != Filters():
        return False
    return _ALONE.fullmatch(" ".join(_AROUND.sub("", question.text).lower().split())) is not None


def greeted(examples: Sequence[str], tally: Tally) -> list[Event]:
    """One line that says what this is, with the first ``examples`` of what can be asked. It rests on no source."""
    tried = " or ".join(f"“{one}”" for one in examples[:MOST])
    such = f", such as {tried}" if tried else ""
    text = f"Ask a question{such}, and every sentence of the answer will name its source."
    sentence = Sentence(start=0, end=len(text), verdict=Verdict.EXEMPT)
    return [Wrote(text=text), Cited(sentence=sentence), Stepped(step="write", detail="no question", ms=tally.ms())]
