"""What does it come to? Sums in signs and words, percentages, roots; silent on dates, scores and telephone numbers."""

from __future__ import annotations

import re
from datetime import datetime

from pincite.widgets.arithmetic import NotArithmetic, evaluate
from pincite.widgets.numerals import digits, written
from pincite.widgets.widget import Reply, Widget

ASKS = re.compile(
    r"(?P<works>calculate|compute|work out|solve|evaluate|(?:what is )?the (?:answer to|result of)|"
    r"what do (?:you|i|we) get (?:if|when) (?:you|i|we)|what does)\s+|"
    r"(?P<asks>what is|what are|how much is|what will|what would)\s+|"
)
ENDS = re.compile(r"\s*(?:=|\bequals?|\bequal to|\bis|\bbe|\bmake|\bcome to)$")
_N = r"(\d+(?:\.\d+)?|\.\d+)"
_F = r"(\d+(?:\.\d+)?(?:\s*/\s*\d+)?)"
_PERCENT = rf"(?:an? )?{_N} ?(?:%|percent|per cent)"
_SHARES = r"(?:in |into |among |between |by )?(\d+) (?:ways|people|parts|equal parts)"
_SURFACE = r"(?:room|rectangle|square|yard|garden|lot|field|rug|wall|floor|house|space|pool|plot|table|deck)"
SENTENCES = [
    (re.compile(pattern), made, shown)
    for pattern, made, shown in [
        (rf"{_PERCENT} of {_F}", "{0}/100*({1})", "{0}% of {1}"),
        (rf"{_PERCENT} of {_N} ?(?:%|percent|per cent)", "{0}/100*{1}/100", "{0}% of {1}%"),
        (rf"{_PERCENT} off(?: of)? {_N}", "{1}*(100-{0})/100", "{0}% off {1}"),
        (rf"{_PERCENT} tip (?:on|of|for) {_N}", "{0}/100*{1}", "a tip of {0}% on {1}"),
        (rf"(?:one |1 |a )?(?:1/2|half) of {_F}", "({0})/2", "1/2 of {0}"),
        (rf"(?:a )?third of {_F}", "({0})/3", "1/3 of {0}"),
        (rf"(?:a )?quarter of {_F}", "({0})/4", "1/4 of {0}"),
        (rf"{_N}/{_N} of {_F}", "({0}/{1})*({2})", "{0}/{1} of {2}"),
        (rf"(?:the )?(?:double|twice) (?:of )?{_N}", "2*{0}", "2 * {0}"),
        (rf"(?:the )?area of (?:an? )?{_N} ?(?:by|x|times) ?{_N}(?: {_SURFACE})?", "{0}*{1}", "{0} * {1}"),
        (
            rf"how many square (?:feet|meters|metres|yards) (?:is|are in) (?:an? )?{_N} ?(?:by|x) ?{_N} {_SURFACE}",
            "{0}*{1}",
            "{0} * {1}",
        ),
        (rf"(?:split|share|divide) {_N} {_SHARES}", "{0}/{1}", "{0} ÷ {1}"),
        (rf"{_N} (?:split|shared|divided) {_SHARES}", "{0}/{1}", "{0} ÷ {1}"),
        (rf"multiply {_F} (?:by|and|with|times) {_F}", "({0})*({1})", "{0} * {1}"),
        (rf"divide {_F} (?:by|with) {_F}", "({0})/({1})", "{0} ÷ {1}"),
        (rf"(?:subtract|subract|substract|deduct|take|take away) {_F} from {_F}", "({1})-({0})", "{1} - {0}"),
        (rf"(?:the )?difference (?:between|of) {_F} and {_F}", "({0})-({1})", "{0} - {1}"),
        (rf"(?:the )?product of {_F} and {_F}", "({0})*({1})", "{0} * {1}"),
        (rf"how many times (?:does|can|will) {_N} (?:go|goes|fit) (?:into|in) {_N}", "{1}/{0}", "{1} ÷ {0}"),
        (rf"(?:the )?square root of {_F}", "sqrt({0})", "√{0}"),
        (rf"(?:the )?(?:cube|cubic) root of {_F}", "cbrt({0})", "∛{0}"),
        (rf"(?:the )?factorial of {_N}|{_N} factorial", "{0}!", "{0}!"),
    ]
]
LIST = re.compile(
    rf"(?:(?:the )?(?:sum|total) of|add(?: up)?|(?:the )?(?P<mean>average|mean) of) {_N}"
    rf"(?P<rest>(?:\s*(?:,|,? ?and|to) {_N})+)(?: together| up)?"
)
WORDS = [
    (re.compile(pattern), sign)
    for pattern, sign in [
        (r"(?:the )?sum of (?=.*(?:\+|plus))", ""),
        (r"\bplus\b|\badded to\b", "+"),
        (r"\bminus\b", "-"),
        (r"\bmultiplied by\b|\btimes\b|(?<=[\d)]) ?x ?(?=[\d(])", "*"),
        (r"\b(?:divided|devided) (?:by|buy)\b", "/"),
        (r"\braised to\b|\bto the (?:power of )?(?=\d+(?:st|nd|rd|th)? power|\d+$)", "^"),
        (r"(?<=\d)(?:st|nd|rd|th) power\b|(?<=\d) power\b", ""),
        (r"\bto the power(?: of)?\b", "^"),
        (r"\bsquared\b", "^2"),
        (r"\bcubed\b", "^3"),
        (r"(?:the )?\bsquare root of\b", "sqrt"),
        (r"(?:the )?\bcube root of\b", "cbrt"),
        (r"\bfactorial\b", "!"),
        (r"\bmodulo\b", "mod"),
    ]
]
DIVISIBLE = re.compile(r"is (\d+) (?:evenly )?divisible by (\d+)")
COMPACT = re.compile(r"\+?\d+(?:([-/])\d+)(?:\1\d+)*")
"""Dates, scores, telephone numbers, shifts of work: 9/11, 24/7, 3-1, 555-1234."""
SPACED = re.compile(r"\d{1,4} ?[-/] ?\d{1,4}(?: ?[-/] ?\d{1,4})?")
YEARS = re.compile(r"[12]\d{3} ?- ?[12]?\d{3}")
NAMES = re.compile(r"(\d)x\1|2x4|\d{3,}x\d+|\d+(?:x\d+){2,}|1 ?(?:plus|\+) ?\d+\w?|[1l]\+1")
"""Cars, planks, screens and telephones: 4x4, 2x4, 1920x1080, One Plus 12."""
SIZES = re.compile(r"\d+(?:x\d+)+|\d{3,} x \d{3,}")


def reply(question: str, _now: datetime) -> Reply | None:
    """The value, where the whole question is one sum."""
    question = re.sub(r"[$€£](?=[\d.])", "", digits(question))
    question = re.sub(r"(?<=\d) (?:dollars?|bucks|euros?)$", "", question)
    lead = ASKS.match(question)
    assert lead is not None  # the last alternative is empty
    body = ENDS.sub("", question[lead.end() :])
    if not any(sign.isdigit() for sign in body):
        return None
    if not lead["works"] and _named(body, asked=bool(lead["asks"]), written=question):
        return None
    try:
        return _divisible(body) or _sentence(body) or _signs(body)
    except NotArithmetic:
        return None


def _named(body: str, *, asked: bool, written: str) -> bool:
    """It may be the name of something rather than a sum."""
    if COMPACT.fullmatch(body) or NAMES.fullmatch(body) or YEARS.fullmatch(body):
        return not (asked and "plus" not in written and NAMES.fullmatch(body) and " " in body)
    return not asked and (SPACED.fullmatch(body) or SIZES.fullmatch(body)) is not None


def _sentence(body: str) -> Reply | None:
    for pattern, made, shown in SENTENCES:
        found = pattern.fullmatch(body)
        if found:
            numbers = [each for each in found.groups() if each]
            return _told(made.format(*numbers), shown.format(*numbers))
    listed = LIST.fullmatch(body)
    if listed is None:
        return None
    numbers = re.findall(_N, body)
    total = " + ".join(numbers)
    return _told(f"({total})/{len(numbers)}", f"({total}) ÷ {len(numbers)}") if listed["mean"] else _told(total, total)


def _divisible(body: str) -> Reply | None:
    found = DIVISIBLE.fullmatch(body)
    told = found and _told(f"{found[1]}/{found[2]}", f"{found[1]} ÷ {found[2]}")
    if not found or not told:
        return None
    value = "not divisible" if int(found[1]) % int(found[2]) else "divisible"
    return Reply("Calculator", value, f"{found[1]} is {value} by {found[2]}: {told.text}")


def _signs(body: str) -> Reply | None:
    for pattern, sign in WORDS:
        body = pattern.sub(f" {sign} " if sign else " ", body)
    body = " ".join(body.split())
    return _told(body, body)


def _told(expression: str, shown: str) -> Reply | None:
    value = evaluate(expression)
    if not value.steps:
        return None
    number, whole = written(value.number)
    sign = "=" if whole and value.exact else "≈"
    return Reply("Calculator", number, f"{_set(shown)} {sign} {number}")


def _set(expression: str) -> str:
    """As a person writes it: × for a star, blanks around what joins two numbers, thousands apart."""
    text = expression.replace("**", "^").replace("sqrt", "√").replace("cbrt", "∛")
    text = re.sub(r"(?<=[\d)!%]) ?\* ?", " × ", text)
    text = re.sub(r"(?<=[\d)!%]) ?([-+]) ?", r" \1 ", text)
    text = re.sub(r"([√∛]) (?=\d)", r"\1", text)
    text = re.sub(r" ?\^ ?", "^", text)
    text = re.sub(r"(?<=[\d)]) !", "!", text)
    return re.sub(r"(?<![\d.])\d{4,}(?!\.?\d)", lambda found: f"{int(found[0]):,}", text)


WIDGET = Widget(
    "calculator",
    reply,
    shows=(
        "what is 13 times 45",
        "2+2",
        "What's 20% of a thousand?",
        "can you tell me what 30% off 279 is, please",
        "what is the square root of 2784",
        "add up 8 and 7",
        "what is the sum of 3, 7, 9, and 24",
        "(3.5 + 4) * 2^10",
        "how many times does 8 go into 2000",
        "subtract 100 from 12",
        "what is 8 factorial",
        "what is three quarters of one sixth",
    ),
    hides=(
        "what is 9/11",
        "24/7",
        "what is 1914-1918",
        "what is a 4x4",
        "what is 42",
        "one plus 12",
        "555-1234",
        "200 + 10%",
        "5/0",
        "how do I divide by zero",
        "area 51",
        "two and a half men",
        "9**9**9**9",
    ),
)
