"""How does pincite say what no source says, in the language of the question?

An answer has few sentences of our own: that nothing answers, and what is nearest. English is the key, as in the page's
catalogues (decision 46); those are for the language that a person has chosen for the page, these for the one asked in.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.text.languages import detect

NO_ANSWER = "Nothing here answers this."
UNSURE = "Nothing here answers this for sure; this comes nearest."
NO_PASSAGE = "Nothing here answers this: no passage was found."
NEAREST = "The nearest passages are from {titles}."
PARTLY = "Nothing here answers the whole question; this was found on its parts."
DIFFER = "Sources differ."

_SAID: dict[str, dict[str, str]] = {
    "ar": {
        NO_ANSWER: "لا يوجد هنا ما يجيب عن هذا السؤال.",
        UNSURE: "لا يوجد هنا ما يجيب عن هذا السؤال بشكل مؤكد؛ وهذا أقرب ما وُجد.",
        NO_PASSAGE: "لا يوجد هنا ما يجيب عن هذا السؤال: لم يُعثر على أي مقطع.",
        NEAREST: "أقرب المقاطع من {titles}.",
        PARTLY: "لا يوجد هنا ما يجيب عن السؤال كله؛ هذا ما وُجد عن أجزائه.",
        DIFFER: "المصادر مختلفة.",
    },
    "cs": {
        NO_ANSWER: "Nic zde na tuto otázku neodpovídá.",
        UNSURE: "Nic zde na tuto otázku neodpovídá s jistotou; toto je nejblíže.",
        NO_PASSAGE: "Nic zde na tuto otázku neodpovídá: nebyla nalezena žádná pasáž.",
        NEAREST: "Nejbližší pasáže jsou z: {titles}.",
        PARTLY: "Nic zde neodpovídá na celou otázku; toto bylo nalezeno k jejím částem.",
        DIFFER: "Zdroje se liší.",
    },
    "de": {
        NO_ANSWER: "Nichts hier beantwortet diese Frage.",
        UNSURE: "Nichts hier beantwortet diese Frage sicher; dies kommt ihr am nächsten.",
        NO_PASSAGE: "Nichts hier beantwortet diese Frage: Es wurde keine Textstelle gefunden.",
        NEAREST: "Die nächsten Textstellen sind aus {titles}.",
        PARTLY: "Nichts hier beantwortet die ganze Frage; dies wurde zu ihren Teilen gefunden.",
        DIFFER: "Die Quellen unterscheiden sich.",
    },
    "el": {
        NO_ANSWER: "Τίποτα εδώ δεν απαντά σε αυτή την ερώτηση.",
        UNSURE: "Τίποτα εδώ δεν απαντά με βεβαιότητα σε αυτή την ερώτηση· αυτά είναι τα πλησιέστερα.",
        NO_PASSAGE: "Τίποτα εδώ δεν απαντά σε αυτή την ερώτηση: δεν βρέθηκε κανένα απόσπασμα.",
        NEAREST: "Τα πλησιέστερα αποσπάσματα είναι από: {titles}.",
        PARTLY: "Τίποτα εδώ δεν απαντά σε ολόκληρη την ερώτηση· αυτά βρέθηκαν για τα μέρη της.",
        DIFFER: "Οι πηγές διαφέρουν.",
    },
    "es": {
        NO_ANSWER: "Nada de lo que hay aquí responde a esta pregunta.",
        UNSURE: "Nada de lo que hay aquí responde con seguridad a esta pregunta; esto es lo más cercano.",
        NO_PASSAGE: "Nada de lo que hay aquí responde a esta pregunta: no se encontró ningún pasaje.",
        NEAREST: "Los pasajes más cercanos son de {titles}.",
        PARTLY: "Nada de lo que hay aquí responde a toda la pregunta; esto se encontró sobre sus partes.",
        DIFFER: "Las fuentes difieren.",
    },
    "fr": {
        NO_ANSWER: "Rien ici ne répond à cette question.",
        UNSURE: "Rien ici ne répond avec certitude à cette question ; voici ce qui s’en approche le plus.",
        NO_PASSAGE: "Rien ici ne répond à cette question : aucun passage n’a été trouvé.",
        NEAREST: "Les passages les plus proches viennent de {titles}.",
        PARTLY: "Rien ici ne répond à toute la question ; voici ce qui a été trouvé sur ses parties.",
        DIFFER: "Les sources divergent.",
    },
    "he": {
        NO_ANSWER: "אין כאן תשובה לשאלה הזאת.",
        UNSURE: "אין כאן תשובה ודאית לשאלה הזאת; זה הקרוב ביותר.",
        NO_PASSAGE: "אין כאן תשובה לשאלה הזאת: לא נמצא אף קטע.",
        NEAREST: "הקטעים הקרובים ביותר הם מתוך {titles}.",
        PARTLY: "אין כאן תשובה לשאלה כולה; זה מה שנמצא על חלקיה.",
        DIFFER: "המקורות חלוקים.",
    },
    "hi": {
        NO_ANSWER: "यहाँ इस प्रश्न का उत्तर नहीं है।",
        UNSURE: "यहाँ इस प्रश्न का पक्का उत्तर नहीं है; सबसे नज़दीक यह है।",
        NO_PASSAGE: "यहाँ इस प्रश्न का उत्तर नहीं है: कोई अंश नहीं मिला।",
        NEAREST: "सबसे नज़दीकी अंश इनसे हैं: {titles}।",
        PARTLY: "यहाँ पूरे प्रश्न का उत्तर नहीं है; उसके हिस्सों पर यह मिला।",
        DIFFER: "स्रोतों में अंतर है।",
    },
    "it": {
        NO_ANSWER: "Niente qui risponde a questa domanda.",
        UNSURE: "Niente qui risponde con certezza a questa domanda; questo è ciò che più si avvicina.",
        NO_PASSAGE: "Niente qui risponde a questa domanda: nessun brano è stato trovato.",
        NEAREST: "I brani più vicini sono di {titles}.",
        PARTLY: "Niente qui risponde a tutta la domanda; questo è stato trovato sulle sue parti.",
        DIFFER: "Le fonti divergono.",
    },
    "ja": {
        NO_ANSWER: "ここにはこの質問への答えがありません。",
        UNSURE: "ここにはこの質問への確かな答えがありません。最も近いのは次の内容です。",
        NO_PASSAGE: "ここにはこの質問への答えがありません。該当する箇所は見つかりませんでした。",
        NEAREST: "最も近い箇所の出典：{titles}。",
        PARTLY: "ここには質問全体への答えがありません。各部分について見つかったのは次の内容です。",
        DIFFER: "情報源によって異なります。",
    },
    "ko": {
        NO_ANSWER: "여기에는 이 질문에 대한 답이 없습니다.",
        UNSURE: "여기에는 이 질문에 대한 확실한 답이 없습니다. 가장 가까운 내용은 다음과 같습니다.",
        NO_PASSAGE: "여기에는 이 질문에 대한 답이 없습니다. 해당하는 구절을 찾지 못했습니다.",
        NEAREST: "가장 가까운 구절의 출처: {titles}.",
        PARTLY: "여기에는 질문 전체에 대한 답이 없습니다. 각 부분에 대해 찾은 내용은 다음과 같습니다.",
        DIFFER: "출처마다 다릅니다.",
    },
    "nl": {
        NO_ANSWER: "Niets hier beantwoordt deze vraag.",
        UNSURE: "Niets hier beantwoordt deze vraag met zekerheid; dit komt het dichtst in de buurt.",
        NO_PASSAGE: "Niets hier beantwoordt deze vraag: er is geen passage gevonden.",
        NEAREST: "De dichtstbijzijnde passages zijn uit {titles}.",
        PARTLY: "Niets hier beantwoordt de hele vraag; dit is over de delen ervan gevonden.",
        DIFFER: "De bronnen verschillen.",
    },
    "pl": {
        NO_ANSWER: "Nic tutaj nie odpowiada na to pytanie.",
        UNSURE: "Nic tutaj nie odpowiada na to pytanie z pewnością; to jest najbliższe.",
        NO_PASSAGE: "Nic tutaj nie odpowiada na to pytanie: nie znaleziono żadnego fragmentu.",
        NEAREST: "Najbliższe fragmenty pochodzą z: {titles}.",
        PARTLY: "Nic tutaj nie odpowiada na całe pytanie; oto, co znaleziono o jego częściach.",
        DIFFER: "Źródła się różnią.",
    },
    "pt": {
        NO_ANSWER: "Nada aqui responde a esta pergunta.",
        UNSURE: "Nada aqui responde com certeza a esta pergunta; isto é o que mais se aproxima.",
        NO_PASSAGE: "Nada aqui responde a esta pergunta: nenhum trecho foi encontrado.",
        NEAREST: "Os trechos mais próximos são de {titles}.",
        PARTLY: "Nada aqui responde à pergunta inteira; isto foi encontrado sobre as suas partes.",
        DIFFER: "As fontes divergem.",
    },
    "ro": {
        NO_ANSWER: "Nimic de aici nu răspunde la această întrebare.",
        UNSURE: "Nimic de aici nu răspunde cu siguranță la această întrebare; acestea sunt cele mai apropiate.",
        NO_PASSAGE: "Nimic de aici nu răspunde la această întrebare: nu s-a găsit niciun pasaj.",
        NEAREST: "Cele mai apropiate pasaje sunt din {titles}.",
        PARTLY: "Nimic de aici nu răspunde la întreaga întrebare; aceasta s-a găsit despre părțile ei.",
        DIFFER: "Sursele diferă.",
    },
    "ru": {
        NO_ANSWER: "Здесь нет ответа на этот вопрос.",
        UNSURE: "Здесь нет точного ответа на этот вопрос; вот что ближе всего.",
        NO_PASSAGE: "Здесь нет ответа на этот вопрос: не найдено ни одного отрывка.",
        NEAREST: "Ближайшие отрывки — из {titles}.",
        PARTLY: "Здесь нет ответа на весь вопрос; вот что найдено по его частям.",
        DIFFER: "Источники расходятся.",
    },
    "sv": {
        NO_ANSWER: "Inget här besvarar den här frågan.",
        UNSURE: "Inget här besvarar den här frågan säkert; detta kommer närmast.",
        NO_PASSAGE: "Inget här besvarar den här frågan: inget avsnitt hittades.",
        NEAREST: "De närmaste avsnitten är från {titles}.",
        PARTLY: "Inget här besvarar hela frågan; detta hittades om dess delar.",
        DIFFER: "Källorna skiljer sig åt.",
    },
    "th": {
        NO_ANSWER: "ไม่มีข้อมูลที่นี่ที่ตอบคำถามนี้",
        UNSURE: "ไม่มีข้อมูลที่นี่ที่ตอบคำถามนี้ได้แน่ชัด สิ่งที่ใกล้เคียงที่สุดคือ",
        NO_PASSAGE: "ไม่มีข้อมูลที่นี่ที่ตอบคำถามนี้: ไม่พบข้อความใดเลย",
        NEAREST: "ข้อความที่ใกล้เคียงที่สุดมาจาก {titles}",
        PARTLY: "ไม่มีข้อมูลที่นี่ที่ตอบคำถามทั้งหมด นี่คือสิ่งที่พบเกี่ยวกับบางส่วนของคำถาม",
        DIFFER: "แหล่งข้อมูลไม่ตรงกัน",
    },
    "tr": {
        NO_ANSWER: "Burada bu soruyu yanıtlayan bir şey yok.",
        UNSURE: "Burada bu soruyu kesin olarak yanıtlayan bir şey yok; en yakını bunlar.",
        NO_PASSAGE: "Burada bu soruyu yanıtlayan bir şey yok: hiçbir metin parçası bulunamadı.",
        NEAREST: "En yakın metin parçalarının kaynağı: {titles}.",
        PARTLY: "Burada sorunun tamamını yanıtlayan bir şey yok; bölümleri için bunlar bulundu.",
        DIFFER: "Kaynaklar farklı.",
    },
    "uk": {
        NO_ANSWER: "Тут немає відповіді на це запитання.",
        UNSURE: "Тут немає певної відповіді на це запитання; ось що найближче.",
        NO_PASSAGE: "Тут немає відповіді на це запитання: не знайдено жодного уривка.",
        NEAREST: "Найближчі уривки — з {titles}.",
        PARTLY: "Тут немає відповіді на все запитання; ось що знайдено про його частини.",
        DIFFER: "Джерела розходяться.",
    },
    "vi": {
        NO_ANSWER: "Không có gì ở đây trả lời câu hỏi này.",
        UNSURE: "Không có gì ở đây trả lời chắc chắn câu hỏi này; đây là những gì gần nhất.",
        NO_PASSAGE: "Không có gì ở đây trả lời câu hỏi này: không tìm thấy đoạn văn nào.",
        NEAREST: "Những đoạn gần nhất là từ {titles}.",
        PARTLY: "Không có gì ở đây trả lời toàn bộ câu hỏi; đây là những gì tìm thấy về các phần của nó.",
        DIFFER: "Các nguồn khác nhau.",
    },
    "zh": {
        NO_ANSWER: "这里没有能回答此问题的内容。",
        UNSURE: "这里没有能确切回答此问题的内容；最接近的是以下内容。",
        NO_PASSAGE: "这里没有能回答此问题的内容：未找到任何段落。",
        NEAREST: "最接近的段落来自{titles}。",
        PARTLY: "这里没有能回答整个问题的内容；以下是就其各部分查到的内容。",
        DIFFER: "来源说法不一。",
    },
    "zh-Hant": {
        NO_ANSWER: "這裡沒有能回答此問題的內容。",
        UNSURE: "這裡沒有能確切回答此問題的內容；最接近的是以下內容。",
        NO_PASSAGE: "這裡沒有能回答此問題的內容：未找到任何段落。",
        NEAREST: "最接近的段落來自{titles}。",
        PARTLY: "這裡沒有能回答整個問題的內容；以下是就其各部分查到的內容。",
        DIFFER: "來源說法不一。",
    },
}
_AND = {
    "cs": "a", "de": "und", "en": "and", "es": "y", "fr": "et", "it": "e", "nl": "en", "pl": "i", "pt": "e", "ro": "și",
    "ru": "и", "sv": "och", "uk": "і", "vi": "và",
}  # fmt: skip
_TRADITIONAL = frozenset(
    "這個們麼誰國為時會學來對說無與電長書東車馬門問間開關從後點當過還將進動實現應頭嗎幾裡樓灣師價費錢買賣寫請讓幫歲處遠鐘"
)
"""Whoever reads traditional characters is not given simplified ones, on the page and here."""


def own_words(text: str, asked: str, **values: str) -> str:
    """One of our sentences in the language of what was ``asked``; English where nobody has said it in that."""
    return _SAID.get(_spoken(asked), {}).get(text, text).format(**values)


def listed(names: Sequence[str], asked: str) -> str:
    """Names one after the other, before the last one that language's word for *and*."""
    lang = _spoken(asked)
    comma = {"ar": "، ", "ja": "、", "zh": "、", "zh-Hant": "、"}.get(lang, ", ")
    last = f" {_AND[lang]} " if lang in _AND else comma
    return last.join(filter(None, [comma.join(names[:-1]), names[-1]]))


def _spoken(asked: str) -> str:
    lang = detect(asked)
    return "zh-Hant" if lang == "zh" and _TRADITIONAL.intersection(asked) else lang
