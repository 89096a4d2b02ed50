"""Which of a model's words state nothing about the world? That the sources are silent, that it hopes to have helped,
and *according to the provided sources* before a statement. No source can say any of it, so none is asked to.
"""

from __future__ import annotations

import re

_ABOUT_SOURCES = re.compile(
    r"\b(?:sources?|passages?|documents?|search results?|(?:provided|given) (?:text|context|information))\b"
    r".{0,60}\b(?:not|n't|no|none|only|lack|silent|insufficient|differ|disagree)\b"
    r"|\b(?:no|none of the) (?:\w+ ){0,2}(?:sources?|passages?|documents?|results?)\b"
    r"|\bno (?:information|mention|indication|details?) (?:is |was |are |were )?"
    r"(?:about|on|of|regarding|as to|given|found)\b"
    r"|\bI (?:can(?:no|')t|could(?: not|n't)|do(?: not|n't)|don't)\b|^(?:note|sources?|references?)\s*:?$"
    r"|\b(?:quellen?|textstellen?|dokumenten?|auszügen?)\b.{0,60}\b(?:kein\w*|nichts?)\b"
    r"|\b(?:kein\w*|nichts)\b.{0,40}\b(?:quellen?|textstellen?|dokumenten?|auszügen?)\b"
    r"|\b(?:sources|passages|documents|extraits)\b.{0,60}\b(?:ne|aucune?|pas)\b"
    r"|\baucune? (?:source|passage|document|extrait)"
    r"|\b(?:fuentes?|pasajes?|documentos)\b.{0,60}\b(?:no|ningun[oa]?|ningún)\b|\bning(?:una|ún) (?:fuente|pasaje)"
    r"|\b(?:fonti|passaggi|documenti)\b.{0,60}\b(?:non|nessun\w*)\b|\bnessuna? (?:fonte|passaggio)"
    r"|\b(?:fontes|trechos|documentos)\b.{0,60}\b(?:não|nenhuma?)\b|\bnenhuma? (?:fonte|trecho)"
    r"|\b(?:bronnen|passages|documenten)\b.{0,60}\b(?:geen|niets?)\b"
    r"|\b(?:источник|отрывк|документ)\w*\b.{0,60}\b(?:не|нет)\b"
    r"|(?:来源|來源|资料|資料|文档|文件|文本|段落).{0,20}(?:没有|沒有|未|無|无)"
    r"|(?:情報源|資料|出典|ソース|文書).{0,60}(?:ありません|いません|ません|ない)"
    r"|(?:المصادر|المصدر|الوثائق|النصوص).{0,40}(?:لا|لم|ليس)|(?:لا|لم) .{0,30}(?:المصادر|الوثائق)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:say|mention|contain|provide|specif|state|include|giv|tell|describe|discuss|information|address|answer|cover)"
    r"|\bindicat|\bno (?:mention|details?)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:but|however|although|though|yet|whereas|sondern|aber|mais|pero|però|mas)\b|;|但", re.IGNORECASE
)
_PARTING = (
    r"(?:please )?(?:let me know|feel free|(?:i )?hope (?:this|that|it) helps|happy to help|is there anything else"
    r"|would you like (?:me|to know)|if you (?:have|need) (?:any|more|other|further)\b.{0,30}"
    r"\b(?:questions?|help|information|details|assistance))"
)
_MANNERS = re.compile(rf"^(?:{_PARTING}|(?:sure|certainly|of course|great question)[,!.])", re.IGNORECASE)
_GOODBYE = re.compile(rf"^{_PARTING}[^.!?]{{0,120}}[.!?]?$", re.IGNORECASE)

_REFUSAL_LIMIT = 200
_REFUSAL_BEGINS = (
    *("i'm sorry", "i am sorry", "sorry", "i apologi", "unfortunately, i ", "as an ai", "i must decline", "i can't "),
    *("i cannot ", "i won't ", "i'm unable", "i am unable", "i'm not able", "i am not able"),
)
_REFUSAL = re.compile(
    r"(?:(?:(?:i['’]?m|i am)? ?(?:very |so )?sorry|i apologi[sz]e|unfortunately|as an ai(?: \w+){0,3})[,.]? (?:but )?)?"
    r"i(?: can(?:no|['’])t| won['’]t| must decline to|(?: am|['’]m) (?:unable|not able) to) (?:help|assist|comply"
    r"|fulfill?|satisfy|do that|provide that|discuss|engage|continue"
    r"|(?:answer|process|complete) (?:that|this|your|the))\b"
    r"(?!.*\b(?:sources?|passages?|documents?|context|information)\b).*",
    re.IGNORECASE | re.DOTALL,
)

_SOURCES = (
    r"(?:(?:the |these |this )?(?:(?:provided|given|available|retrieved|search|above|cited|following) )*"
    r"(?:sources?|passages?|documents?|texts?|context|information|results)(?: provided)?(?: “[^“”]{1,90}”)?"
    r"|“[^“”]{1,90}”(?:,? (?:and )?“[^“”]{1,90}”)*)"
)
_FRAME = re.compile(
    rf"^(?:(?:based on|according to|as \w+ (?:in|by)|in|from|per) {_SOURCES},? "
    rf"|(?:as )?{_SOURCES} (?:also |further )?(?:say|state|note|mention|report|describe|explain|show|indicate|confirm"
    rf"|add|suggest)s?,? (?:that )?"
    r"|(?:in (?:summary|conclusion|short|addition)|overall|to summarize|additionally|furthermore|moreover|however"
    r"|therefore|thus|notably|specifically|finally), )|,? according to " + _SOURCES + r"(?=[.!?]?$)",
    re.IGNORECASE,
)


def aside(statement: str) -> bool:
    """Is it about the sources, or manners, and goes on to nothing else?"""
    found = _ABOUT_SOURCES.search(statement)
    return _MANNERS.match(statement) is not None or (
        found is not None and _GOES_ON.search(statement, found.end()) is None
    )


def parting(statement: str) -> bool:
    """Is it only what is said at parting: "Let me know if you have any questions"?"""
    return bool(_GOODBYE.match(statement))


def silent(statement: str) -> bool:
    """Does it say that the sources do not say something? Then a mark on it is no claim that they do."""
    return aside(statement) and _SAYS.search(statement) is not None


def refuses(reply: str) -> bool:
    """Is the whole reply a refusal to answer, and nothing the reader can use?"""
    bare = reply.strip()
    return len(bare) < _REFUSAL_LIMIT and _REFUSAL.fullmatch(bare) is not None


def may_refuse(begun: str) -> bool:
    """Could a reply that begins like this be one?"""
    bare = begun.lstrip().lower().replace("’", "'")
    return len(bare) < _REFUSAL_LIMIT and any(bare.startswith(o) or o.startswith(bare) for o in _REFUSAL_BEGINS)


def unframed(statement: str) -> str:
    """What is stated, without *according to the sources*."""
    return _FRAME.sub("", statement) or statement
