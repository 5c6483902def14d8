"""Entente's own few words, in the languages of its questions; all else that it shows is quoted."""

from __future__ import annotations

LANGUAGES = ("fr", "en", "ar", "ru", "az", "tr")

_NO_ANSWER = {
    "fr": "Les documents ne répondent pas à cette question.",
    "en": "The documents do not answer this question.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
    "ru": "В документах нет ответа на этот вопрос.",
    "az": "Sənədlər bu suala cavab vermir.",
    "tr": "Belgeler bu soruyu yanıtlamıyor.",
}
_NOTHING_ADMITTED = {
    "fr": "aucun document ne correspond aux filtres",
    "en": "no document passes the filters",
    "ar": "لا توجد وثيقة تطابق عوامل التصفية",
    "ru": "ни один документ не подходит под фильтры",
    "az": "heç bir sənəd süzgəclərə uyğun gəlmir",
    "tr": "hiçbir belge süzgeçlere uymuyor",
}
_TOO_UNSURE = {
    "fr": "aucune phrase des documents n’y répond avec assez de certitude",
    "en": "no sentence in the documents answers it with enough certainty",
    "ar": "لا توجد في الوثائق جملة تجيب عنه بيقين كافٍ",
    "ru": "ни одно предложение в документах не отвечает на него достаточно уверенно",
    "az": "sənədlərdə heç bir cümlə ona kifayət qədər əminliklə cavab vermir",
    "tr": "belgelerdeki hiçbir cümle onu yeterince kesin biçimde yanıtlamıyor",
}
_NOT_MENTIONED = {
    "fr": "les documents trouvés ne mentionnent pas : {words}",
    "en": "the documents found do not mention: {words}",
    "ar": "لا تذكر الوثائق التي عُثر عليها: {words}",
    "ru": "в найденных документах не упоминается: {words}",
    "az": "tapılan sənədlərdə xatırlanmır: {words}",
    "tr": "bulunan belgelerde geçmiyor: {words}",
}
_MENTIONED = {
    "fr": "les documents mentionnent {words}, mais aucune phrase lue ne répond à la question",
    "en": "the documents mention {words}, but no sentence that was read answers the question",
    "ar": "تذكر الوثائق {words}، لكن لا تجيب أي جملة مقروءة عن السؤال",
    "ru": "в документах упоминается {words}, но ни одно прочитанное предложение не даёт ответа",
    "az": "sənədlərdə {words} xatırlanır, lakin oxunan heç bir cümlə suala cavab vermir",
    "tr": "belgelerde {words} geçiyor, ancak okunan hiçbir cümle soruyu yanıtlamıyor",
}
_MENTIONED_WITHOUT = {
    "fr": "les documents trouvés mentionnent {words}, mais pas : {missing}",
    "en": "the documents found mention {words}, but not: {missing}",
    "ar": "تذكر الوثائق التي عُثر عليها {words}، ولا تذكر: {missing}",
    "ru": "в найденных документах упоминается {words}, но не упоминается: {missing}",
    "az": "tapılan sənədlərdə {words} xatırlanır, bunlar isə xatırlanmır: {missing}",
    "tr": "bulunan belgelerde {words} geçiyor, şunlar ise geçmiyor: {missing}",
}

_UNDATED = {
    "fr": "Sans date : {numbers}",
    "en": "Undated: {numbers}",
    "ar": "بلا تاريخ: {numbers}",
    "ru": "Без даты: {numbers}",
    "az": "Tarixi olmayan: {numbers}",
    "tr": "Tarihsiz: {numbers}",
}
_OPINION = {
    "fr": "la question demande un avis ; les documents rapportent des faits et des déclarations",
    "en": "the question asks for an opinion; the documents report facts and statements",
    "ar": "السؤال يطلب رأيًا، والوثائق تنقل وقائع وتصريحات",
    "ru": "вопрос просит дать оценку, а документы сообщают факты и заявления",
    "az": "sual rəy soruşur, sənədlər isə faktları və bəyanatları bildirir",
    "tr": "soru bir görüş istiyor; belgeler ise olguları ve açıklamaları aktarıyor",
}
_PREDICTION = {
    "fr": "la question demande une prévision ; les documents rapportent ce qui a eu lieu ou a été "
    "annoncé",
    "en": "the question asks for a forecast; the documents report what happened or was announced",
    "ar": "السؤال يطلب توقعًا، والوثائق تنقل ما جرى أو ما أُعلن عنه",
    "ru": "вопрос просит прогноз, а документы сообщают о том, что произошло или было объявлено",
    "az": "sual proqnoz soruşur, sənədlər isə baş verəni və ya elan ediləni bildirir",
    "tr": "soru bir öngörü istiyor; belgeler ise olanı ya da duyurulanı aktarıyor",
}
_ADVICE = {
    "fr": "la question demande un conseil ; les documents n’en donnent pas",
    "en": "the question asks for advice; the documents give none",
    "ar": "السؤال يطلب نصيحة، والوثائق لا تقدم نصائح",
    "ru": "вопрос просит совета, а документы советов не дают",
    "az": "sual məsləhət istəyir, sənədlər isə məsləhət vermir",
    "tr": "soru tavsiye istiyor; belgeler tavsiye vermiyor",
}
_OTHER = {
    "fr": "la question porte sur un autre sujet que les documents",
    "en": "the question is about something other than the documents",
    "ar": "السؤال عن موضوع لا تتناوله الوثائق",
    "ru": "вопрос не о том, о чём говорят документы",
    "az": "sual sənədlərin mövzusundan kənardır",
    "tr": "soru belgelerin konusu dışında",
}


def no_answer(language: str) -> str:
    return _in(_NO_ANSWER, language)


def nothing_admitted(language: str) -> str:
    return _in(_NOTHING_ADMITTED, language)


def too_unsure(language: str) -> str:
    return _in(_TOO_UNSURE, language)


def not_mentioned(language: str, words: str) -> str:
    return _in(_NOT_MENTIONED, language).format(words=words)


def mentioned(language: str, words: str) -> str:
    return _in(_MENTIONED, language).format(words=words)


def mentioned_without(language: str, words: str, missing: str) -> str:
    return _in(_MENTIONED_WITHOUT, language).format(words=words, missing=missing)


def undated(language: str, numbers: str) -> str:
    return _in(_UNDATED, language).format(numbers=numbers)


def opinion(language: str) -> str:
    return _in(_OPINION, language)


def prediction(language: str) -> str:
    return _in(_PREDICTION, language)


def advice(language: str) -> str:
    return _in(_ADVICE, language)


def other(language: str) -> str:
    return _in(_OTHER, language)


def _in(phrases: dict[str, str], language: str) -> str:
    return phrases.get(language, phrases["en"])
