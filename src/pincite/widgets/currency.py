"""What is that in other money? By the European Central Bank's reference rates of a day, which is always told.

The rates are one small file for all questions: nobody outside learns what was asked. A name that several countries'
money has (pesos, kroner, francs) needs its country; *dollars* are those of the United States, and the reply says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any

from lxml import etree

from pincite.settings import ECB_RATES
from pincite.widgets import dates
from pincite.widgets.numerals import digits, written
from pincite.widgets.sources import Sources
from pincite.widgets.widget import Lookup, Reply, Widget
from pincite.widgets.wording import Grammar

FRESH_S = 3 * 3600.0
"""They change once a working day."""
STALE_DAYS = 5
"""Over Easter there are no new ones for so long."""
LARGEST = 10**15
FILE = "eurofxref-daily.xml"


@dataclass(frozen=True)
class Rates:
    """What one euro was worth on a day, by ISO 4217 code; ``EUR`` among them."""

    day: date
    euro: Mapping[str, Fraction]


@dataclass(frozen=True)
class Money:
    code: str
    one: str
    many: str


CURRENCIES = """
    EUR|euro|euros|eur
    USD|US dollar|US dollars|usd,dollar,dollars,american dollar,american dollars,bucks,us$,u.s. dollar,u.s. dollars
    GBP|British pound|British pounds|gbp,pound,pounds,pound sterling,pounds sterling,sterling,quid,uk pound,uk pounds
    JPY|yen|yen|jpy,yens,japanese yen
    CHF|Swiss franc|Swiss francs|chf
    CNY|yuan|yuan|cny,rmb,renminbi,chinese yuan,chinese renminbi
    CAD|Canadian dollar|Canadian dollars|cad
    AUD|Australian dollar|Australian dollars|aud
    NZD|New Zealand dollar|New Zealand dollars|nzd
    HKD|Hong Kong dollar|Hong Kong dollars|hkd
    SGD|Singapore dollar|Singapore dollars|sgd
    SEK|Swedish krona|Swedish kronor|sek,swedish krone,swedish kroner,swedish crowns,kronor
    NOK|Norwegian krone|Norwegian kroner|nok,norwegian crowns
    DKK|Danish krone|Danish kroner|dkk,danish crowns
    ISK|Icelandic króna|Icelandic krónur|isk,icelandic krona
    PLN|złoty|złoty|pln,zloty,zlotys,zloties,polish zloty,polish zlotys
    CZK|Czech koruna|Czech koruna|czk,koruna,czech crowns,czech korunas
    HUF|forint|forints|huf,hungarian forint,hungarian forints
    RON|Romanian leu|Romanian lei|ron,lei
    TRY|Turkish lira|Turkish lira|try,lira,liras,turkish liras
    INR|Indian rupee|Indian rupees|inr,rupee,rupees
    IDR|rupiah|rupiah|idr,indonesian rupiah,rupiahs
    KRW|South Korean won|South Korean won|krw,won,korean won
    ILS|shekel|shekels|ils,nis,israeli shekel,israeli shekels
    MXN|Mexican peso|Mexican pesos|mxn
    BRL|Brazilian real|Brazilian reais|brl,reais,brazilian reals
    MYR|ringgit|ringgit|myr,malaysian ringgit,ringgits
    PHP|Philippine peso|Philippine pesos|php
    THB|baht|baht|thb,thai baht,bahts
    ZAR|rand|rand|zar,south african rand,rands
"""
"""All that the bank quotes: its code, one, many, and how else people write it."""


def _named() -> dict[str, Money]:
    found: dict[str, Money] = {}
    for line in CURRENCIES.strip().splitlines():
        code, one, many, also = line.strip().split("|")
        for name in (one, many, *also.split(",")):
            found[name.lower()] = Money(code, one, many)
    return found


NAMES = _named()
WORDS = {"try", "won", "real", "rand", "pound", "pounds", "ron", "php", "sterling", "bucks", "quid"}
"""Names that are words of other sentences: they need an amount, or *exchange rate*."""
SIGNS = {"$": "usd", "€": "eur", "£": "gbp", "₹": "inr", "₩": "krw", "₺": "try", "₪": "ils", "us$": "usd"}
SIGN = re.compile(rf"({'|'.join(map(re.escape, sorted(SIGNS, key=len, reverse=True)))}) ?(\d+(?:\.\d+)?)")
TOLD_TWICE = re.compile(r"[$€£] ?(\d+(?:\.\d+)?) ?(?=(?:[a-z]{3}|[a-z ]*dollars?|euros?|pounds?)\b)")
"""As in $100 CAD: the word says more than the sign."""
AFTER = re.compile(r"(\d+(?:\.\d+)?) ?([€£₹₩₺₪$])")

_C = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
_SURE = "|".join(sorted((re.escape(name) for name in NAMES if name not in WORDS), key=len, reverse=True))
_THE = r"(?:the |an? |one )?"
_AMOUNT = rf"(?:(?P<n>\d+(?:\.\d+)?|an?|my 1) ?(?P<from>{_C})|(?P<code>[a-z]{{3}}) (?P<n2>\d+(?:\.\d+)?))"
_TO = rf"(?:the )?(?P<to>{_C})"
_SIZE = r"(?:what (?:is|are|would|do)|how (?:much|many) (?:is|are|would|does|do|will)|how (?:does|do|would)|how about)"
_BE = r"(?: be| worth| be worth| is| are| equals?| make| exchange| convert| converted| come(?: out)?)*"
_NOW = r"(?: right now| now| today| currently| at the moment| at present)?"
_GET = (
    r"(?:are there|are|is|equals?|make|makes|(?:do|can|could|will|would|should) (?:i|you|we) "
    r"(?:get|receive|have|buy|exchange|expect to receive))?"
)
_FROM = r"(?:in|for|to|with|from|makes?|if i (?:trade in|have|exchange|change))?"
_MUCH = r"(?:(?:amount|quantity|(?:equal )?number|maximum)(?: of)? )"
_RATE = (
    r"(?:(?:today's|current|latest|official|going|present) )*(?:(?:currency|exchange|conversion|foreign exchange) )*"
    r"(?:rates?|exchange|conversion|value)"
)
_BETWEEN = r"(?:betwe?en|from|for|of|to go from)"
_IF = r"(?:if |when )?i (?:have|had|exchange|trade in|change)"
_THEN = r"(?: (?:is|are) (?:that|it)| (?:do|will|would|can) i (?:get|have))?"
_ASK = r"(?:what is |how is |how much is )?(?:the )?(?:(?:current|latest|today's) )?"
GRAMMAR = Grammar(
    (
        rf"(?:to )?(?:convert|change|turn|exchange|express) {_AMOUNT} (?:to|into|in|for|as) {_TO}",
        rf"(?:{_SIZE} )?{_AMOUNT}{_BE} (?:in|to|into|for|as|=) {_TO}{_BE}{_NOW}",
        rf"{_AMOUNT} (?:is|equals?|makes?) (?:what|how much|how many) (?:in )?{_TO}",
        rf"how (?:much|many) (?:in )?{_TO} {_GET} ?{_FROM} ?{_AMOUNT}(?: worth)?{_NOW}",
        rf"how much {_AMOUNT} (?:is|are|would be|will be)(?: worth)? (?:in|to) {_TO}{_NOW}",
        rf"what (?:can|will|would|do|could) i get for {_AMOUNT} in {_TO}{_NOW}",
        rf"how (?:much|many) (?:in )?{_TO} (?:in|for|to|is|are|equals?) (?:the )?(?P<bare>{_C}){_NOW}",
        rf"(?:what is )?the (?:equivalent|amount|number|equal number|value|worth) of {_AMOUNT} in {_TO}",
        rf"{_ASK}{_MUCH}{_TO} (?:that )?i (?:can )?(?:get|receive|exchange) {_FROM} ?(?:trading )?{_AMOUNT}",
        rf"{_ASK}{_RATE} (?:to|into|in) {_TO} (?:for|if i have) {_AMOUNT}",
        rf"{_ASK}{_RATE} (?:of|for) {_AMOUNT} (?:to|into|in) {_TO}",
        rf"{_AMOUNT} (?:to|into|in) {_TO} (?:conversion|exchange)(?: rate)?",
        rf"{_IF} {_AMOUNT},? how (?:much|many) (?:is that in )?{_TO}{_THEN}",
        rf"{_ASK}{_RATE}{_NOW} {_BETWEEN} {_THE}(?P<bare>{_C}) (?:and|to|into|in|against) {_THE}(?P<to>{_C}){_NOW}",
        rf"{_ASK}(?P<bare>{_C})[ /-](?:to |and |vs )?{_THE}(?P<to>{_C}) {_RATE}{_NOW}",
        rf"(?:convert |change |exchange )?(?P<bare>{_SURE}) (?:to|into|in) (?:the )?(?P<to>{_SURE}){_NOW}",
        rf"(?P<bare>{_C})(?: to | in )(?:the )?(?P<to>{_SURE}){_NOW}",
        rf"(?P<bare>{_SURE})(?: to | in )(?:the )?(?P<to>{_C}){_NOW}",
        rf"(?:how much|what) is (?:the |an? )(?P<bare>{_C})(?: worth)? (?:in|in terms of) (?:the )?(?P<to>{_C}){_NOW}",
        rf"(?P<bare>{_C}) to (?:the )?(?P<to>{_C}) (?:is what|exchanges at what){_NOW}",
    ),
    NAMES,
)


def reply(question: str, now: datetime) -> Lookup | None:
    """An amount in other money, where the whole question asks for that and names both."""
    question = TOLD_TWICE.sub(r"\1 ", question) if _twice(question) else question
    question = digits(SIGN.sub(lambda found: f"{found[2]} {SIGNS[found[1]]}", question))
    question = AFTER.sub(lambda found: f"{found[1]} {SIGNS[found[2]]}", question)
    asked = next(filter(None, map(_asked, GRAMMAR.read(question))), None)
    return Lookup(partial(_found, *asked, now.date())) if asked else None


def _twice(question: str) -> bool:
    found = TOLD_TWICE.search(question)
    return found is not None and re.match(rf"(?:{_C})(?![a-z])", question[found.end() :]) is not None


def _asked(words: Mapping[str, str | None]) -> tuple[Fraction, Money, Money] | None:
    said = words.get("bare") or words.get("from") or words.get("code") or ""
    source, target = NAMES.get(said), NAMES[str(words["to"])]
    if source is None or source == target:
        return None
    number = words.get("n") or words.get("n2") or "1"
    amount = Fraction(1) if number in {"a", "an", "my 1"} else Fraction(number)
    return (amount, source, target) if 0 < amount <= LARGEST else None


async def _found(amount: Fraction, source: Money, target: Money, today: date, sources: Sources) -> Reply | None:
    url = sources.settings.rates
    if not url:
        return None
    found = await sources.get(url, rates, fresh_s=FRESH_S, service=url, file=FILE, default=ECB_RATES)
    known = found.value.euro
    if source.code not in known or target.code not in known:
        return None
    result = amount / known[source.code] * known[target.code]
    value = _told(_rounded(result), target)
    old = (today - found.value.day).days
    late = f", {old} days ago; newer ones could not be had" if old > STALE_DAYS else ""
    rate = f"at the European Central Bank's reference rates of {dates.said_day(found.value.day)}{late}"
    return Reply("Currency", value, f"{_told(written(amount)[0], source)} ≈ {value}, {rate}.")


def _rounded(amount: Fraction) -> str:
    """Two places, as prices are written; of what is small four digits."""
    if amount >= Fraction(1, 10):
        return f"{round(amount * 100) / 100:,.2f}"
    return f"{float(amount):.4g}" if amount >= Fraction(1, 10**4) else written(amount, 4)[0]


def _told(number: str, money: Money) -> str:
    return f"{number} {money.one if number in {'1', '1.00'} else money.many}"


def rates(body: bytes) -> Rates:
    """The bank's file ``eurofxref-daily.xml``. Raises ``ValueError`` for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML ({error})") from None
    if root is None:
        raise ValueError("no XML")
    days: Any = root.xpath("//*[local-name()='Cube'][@time]")
    if not days:
        raise ValueError("no rates of any day")
    newest = max(days, key=lambda each: str(each.get("time")))
    found = {"EUR": Fraction(1)}
    for each in newest:
        code, rate = str(each.get("currency") or ""), str(each.get("rate") or "")
        if not re.fullmatch(r"[A-Z]{3}", code) or not re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", rate):
            raise ValueError(f"{code[:10]!r} is quoted at {rate[:20]!r}")
        if Fraction(rate) <= 0:
            raise ValueError(f"{code} is quoted at nothing")
        found[code] = Fraction(rate)
    if len(found) < 2:
        raise ValueError("no rate of any currency")
    return Rates(date.fromisoformat(newest.get("time")), found)


WIDGET = Widget(
    "currency",
    reply,
    shows=(
        "100 usd in euros",
        "$100 to yen",
        "how many euros is 20 pounds",
        "what is 50 dollars in euros",
        "convert 10 swiss francs to us dollars",
        "what is the exchange rate between dollars and yen",
        "usd to eur",
        "eur/usd exchange rate",
        "how much is the euro in dollars",
        "if i have 20,000 yen, how much is that in usd",
        "pounds to dollars",
    ),
    hides=(
        "currency of japan",
        "what is the currency of norway",
        "dollars to donuts",
        "100 pesos in dollars",
        "20 kroner in euros",
        "100 dollars in bitcoin",
        "how many quarters in a dollar",
        "100 dollars in 1950",
        "a few dollars more",
        "million dollar baby",
        "50 cent",
        "euro 2024",
        "why is the yen falling against the dollar",
        "who won the pound",
        "dollar to euro 2008",
        "100 dollars in dollars",
    ),
)
