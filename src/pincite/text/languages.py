"""Which language is this text in? The script tells most of them; among Latin ones the small words do.

Good for choosing how to index and whether a model fits; not a classifier of mixed text. Looks at the first 4,000
characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_LOOK = 4000
_SMALL_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(listed.split())
    for code, listed in {
        "en": """the of and to in is that was for with as on by are this from which it be at an or have has not but
        his they a what who whom whose when where why how does did do can could should would will may might must were
        had than there their its about between into after during many much more most i you he she we my your if no
        so any all some other been tell name called did""",
        "de": """der die das und ist von den mit zu im für auf nicht ein eine dem des sich wurde als auch bei nach
        wie werden wird aus am was wer wen wem wessen wann wo woher wohin warum wieso weshalb welche welcher welches
        welchen welchem wieviel viele hat haben hatte sind war waren wurden kann können in an zum zur vom einen einem
        einer eines gibt es er sie ich man über unter durch zwischen oder aber noch nur so hieß nennt worauf wovon wozu
        womit wofür wodurch wogegen woraus gegen beim laut oft einige manche machen sollte welch wenn heißt heisst""",
        "fr": """le la les des et est du une dans que pour qui au par sur en un il plus avec ce pas sont aux ou elle
        cette son quoi quel quelle quels quelles quand où comment pourquoi combien lequel laquelle de se sa ses d l
        qu c n s a été était ont fait peut leur leurs y à entre on je vous nous dont""",
        "es": """el los las del y una que por con para se como su es más al fue lo sus pero entre un la de en también
        este qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuántos cuántas cuánta son era eran fueron ha han
        hay hizo tiene tienen puede no a le sobre cuando donde quien quienes cual cuales
        cuanto cuantos cuantas desde hasta""",
        "it": """il di che è della per del una nel con sono dei gli le delle alla da al anche come più si nella suo
        un la questo chi cosa quale quali quando dove perché quanto quanti quanta quante era erano ha hanno fu stato
        stata lo i e a in non perche vuol dire dal dalla sul sulla qual cos""",
        "pt": """o os do da que não uma com para em dos no na ao mais foi são das se como pelo sua seu um também é à
        pela qual quais quem quando onde porque quanto quantos quantas era eram tem têm foram de a as e por nos nas
        fica quê""",
        "nl": """de het een van en in is dat op voor met zijn niet te aan door werd ook als bij naar worden er om uit
        deze wordt wat wie wanneer waar waarom hoe welke welk hoeveel heeft hebben had was waren kan kunnen die moet
        moeten mijn ik betekent kost eten""",
        "sv": """och att det som en är på för av med den till inte ett har om var från de vid kan också efter men vad
        vem vilken vilket vilka när hur varför vart många hade blev finns i heter""",
        "da": """og at det som en er på for af med den til ikke et har om var fra de ved kan også efter blev men hvad
        hvem hvilken hvilket hvilke hvornår hvor hvordan hvorfor mange havde findes i hedder""",
        "no": """og at det som en er på for av med den til ikke et har om var fra de ved kan også etter ble men hva
        hvem hvilken hvilket hvilke når hvor hvordan hvorfor mange hadde finnes i heter""",
        "fi": """ja on ei se että oli hän joka mutta myös kuin sen ovat tai kun niin mukaan jonka vuonna olivat ole
        mikä mitä kuka ketä milloin missä mistä mihin miksi miten kuinka monta paljon""",
        "pl": """i w na z się do jest nie że od przez po jak za dla oraz został ale przy był tym jego ma są lub co kto
        kiedy gdzie dlaczego ile jaki jaka jakie jakich który która które czy kogo czym jakim""",
        "cs": """a v na se je z do že s o to jako byl pro od ale po jsou za které který ve není by své však co kdo
        kdy kde proč jak kolik jaký jaká jaké která kterou kterém kterých bylo byla koho čím""",
        "ro": """și în de la a cu este pe din care pentru un o nu să fost prin mai sau lui după ale al sunt ce cine
        când unde cum câți câte cât câtă ai au are era erau fi se s au acest această căror cărui cui avut dintre
        între către că cel cea cei cele unei unui l i alt altă unele fac""",
        "hu": """a az és hogy nem egy is meg volt ez de mint csak már vagy ki be el van szerint után még mi mit kit
        mikor hol hová miért hogyan hány mennyi melyik milyen voltak""",
        "tr": """ve bir bu için ile olarak da olan en çok daha gibi kadar sonra olduğu tarafından ise ne değil mi
        nedir kim kimdir kimin nerede nereye hangi hangisi nasıl neden niçin kaç zaman mı mu mü var oldu olmuştur adı
        neydi nelerdir nerededir nereden neyin hangileri kimler kimi neyi kimdi olan önce iki kaçta niye
        gerek gerekiyor olmak""",
        "vi": """và của là có trong các được cho một với không những người đã này để khi từ năm như ở cũng trên gì ai
        nào đâu sao bao nhiêu thế mấy ra vào bị về tại do đến hay hoặc nếu mà thì sẽ đang việc""",
        "id": """yang dan di dari untuk dengan pada ini adalah itu dalam tidak ke oleh sebagai juga akan atau telah
        apa siapa kapan mana bagaimana mengapa berapa kenapa apakah""",
        "ca": """el la els les i de que és en un una per amb del al va no es com més seva dels ser també què qui quan
        on quin quina quins quines quant quants per""",
        "hr": """i u je na se da su za od s kao koji iz ne što bio do ili te nakon također koja biti tko kada gdje
        zašto kako koliko koje kojem""",
    }.items()
}
_SHARED = Counter(word for small in _SMALL_WORDS.values() for word in small)
"""How many of the languages have each small word."""
_IN_ENGLISH_TOO = frozenset(
    """a ai al ale alla also am an are as at au aus az be by care chi com come como con cos cosa cui da dan das de del
    dem den der des di die do dire dont door dos dove du e el em en er era es est et far for fra fu ha had har hat
    hay hoe hol hon i il ile im in is ke ki kim l la las le led les lo los m man meg men met mi mint mit na no non nu
    o od om on op or os out over par para per plus po pour pro s se si sin so son sono st su sur ta te ten till to tot
    u un una v van var ve via vid volt von w war was wat y z""".split()
)
"""Small words that are also in English texts, as words of their own or in names: Los Angeles, von Trapp, World War."""
_CONTRACTED = re.compile(r"(?<=[^\W\d_])['’](?:s|t|d|re|ve|ll|m)\b")
_UKRAINIAN = frozenset(
    """хто що чого чому чим як яка яке який яку якого якому яким де коли куди звідки скільки чи й це цей ця із зі
    від під є був була було були буде або бо також лише тільки його її вони вона воно ми ви після треба можна має
    мають""".split()
)
_RUSSIAN = frozenset(
    """кто что чего чему чем как какая какое какой какую какого какому каким где когда куда откуда сколько и это этот
    эта из со от под есть был была было были будет или только его они она оно мы вы после надо можно имеют имеет
    почему на по""".split()
)
"""Small words: a short question may have no letter that only one of the two alphabets has."""
_BULGARIAN = re.compile(r"ъ(?![еяюё])")
"""A vowel. In Russian it only parts a consonant from one of these."""
_MANY = 6
"""Different small words of a language that no names bring together: half as large a share of them is enough."""
_MOST_NAMES = 4
"""Times as many Latin letters as those of another script, up to which a text without Latin small words is in that."""
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(f"[{ranges}]"))
    for code, ranges in (
        ("ja", "\u3040-\u30ff"),
        ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
        ("zh", "\u4e00-\u9fff\u3400-\u4dbf"),
        ("ru", "\u0400-\u04ff"),
        ("el", "\u0370-\u03ff\u1f00-\u1fff"),
        ("ar", "\u0600-\u06ff"),
        ("he", "\u0590-\u05ff"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("th", "\u0e00-\u0e7f"),
        ("ka", "\u10a0-\u10ff"),
        ("hy", "\u0530-\u058f"),
        ("km", "\u1780-\u17ff"),
        ("my", "\u1000-\u109f"),
    )
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS: dict[str, str] = {
    "de": "ßäöü", "fr": "çœêèùàâîôû", "es": "ñ¿¡áíóú", "pt": "ãõçáâêó", "it": "òùìèà", "pl": "ąęłśżźćń",
    "cs": "ěřůčšžýí", "ro": "șțăâî", "hu": "őűáéíöü", "tr": "ğışçöü", "vi": "ơưạảấầẩậắằẳặẹẻẽếềểễệđ",
    "sv": "åäö", "da": "æøå",
    "no": "æøå", "fi": "äö", "ca": "çàèòï·", "hr": "đšžčć",
}  # fmt: skip
_LETTER_WEIGHT = {c: 0.5 / n for c, n in Counter("".join(_LETTERS.values())).items()}


def small_words(lang: str) -> frozenset[str]:
    """Those that tell a language; none where its script does, or nobody knows it."""
    return _SMALL_WORDS.get(lang, frozenset())


def detect(text: str) -> str:
    """ISO 639-1 code of the language most of ``text`` is written in; ``en`` where nothing speaks for another."""
    sample = text[:_LOOK]
    if sample.isascii():
        return _scored(sample)[0]
    counts = {code: len(pattern.findall(sample)) for code, pattern in _SCRIPTS}
    # Kana among Han means Japanese, even where Han letters are more.
    if counts["ja"] * 10 >= counts["zh"] > 0 and counts["ja"]:
        counts["ja"] += counts["zh"]
        counts["zh"] = 0
    code = max(counts, key=lambda each: counts[each])
    weight = 3 if code in ("zh", "ja", "ko") else 1
    latin = len(_LATIN.findall(sample))
    if counts[code] * weight <= latin:
        found, score = _scored(sample)
        # Names in Latin letters may be longer than the question about them: small words decide.
        if score or counts[code] * weight * _MOST_NAMES < latin:
            return found
    if code == "ru":
        return _cyrillic(sample)
    return _arabic(sample) if code == "ar" else code


def _scored(sample: str) -> tuple[str, float]:
    """By small words and by letters, each counted the more the fewer languages have it; ``en`` wins a tie.

    The second value is 0 where nothing speaks for any language.
    """
    lower, contracted = _CONTRACTED.subn(" ", sample.lower())
    words = Counter(_WORD.findall(lower))
    letters = Counter() if sample.isascii() else Counter(c for c in lower if c in _LETTER_WEIGHT)
    best, most = "en", 0.0
    for code, small in _SMALL_WORDS.items():
        held = {word: count for word, count in words.items() if word in small}
        lettered = sum(count * _LETTER_WEIGHT[c] for c, count in letters.items() if c in _LETTERS.get(code, ""))
        score = lettered + sum(count / _SHARED[word] for word, count in held.items())
        if code == "en":
            score += contracted
        elif not lettered and not _speaks(held, words):
            continue
        if score > most:
            best, most = code, score
    return best, most


def _speaks(held: Mapping[str, int], words: Counter[str]) -> bool:
    """Whether a language's small words say more than a name or an English word would: one of its own, or many."""
    if held.keys() - _IN_ENGLISH_TOO:
        return True
    share = 1 if len(held) >= _MANY else 2
    return len(held) > 1 and sum(held.values()) * 5 >= words.total() * share


def _cyrillic(sample: str) -> str:
    lower = sample.lower()
    if any(letter in lower for letter in "іїєґ"):
        return "be" if "ў" in lower else "uk"
    if any(letter in lower for letter in "ђћљњџј"):
        return "mk" if any(letter in lower for letter in "ѓќѕ") else "sr"
    said = _WORD.findall(lower)
    if sum(word in _UKRAINIAN for word in said) > sum(word in _RUSSIAN for word in said) and not set("ыэёъ") & set(
        lower
    ):
        return "uk"
    if not any(letter in lower for letter in "ыэё") and len(_BULGARIAN.findall(lower)) * 100 > len(lower):
        return "bg"
    return "ru"


def _arabic(sample: str) -> str:
    if any(letter in sample for letter in "ٹڈںےھ"):
        return "ur"
    return "fa" if any(letter in sample for letter in "پچژگ") else "ar"
