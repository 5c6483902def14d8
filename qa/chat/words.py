"""The window's own few words, in the six languages of its readers; everything else is quoted.

What an abstention says is `qa.phrases`' affair.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from babel import Locale
from babel.dates import format_date, format_skeleton

from index.documents import period_of

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})\b[^,;]*(?:;\s*q\s*=\s*([\d.]+))?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; those in braces are filled in with `str.format`."""

    code: str
    tagline: str
    welcome: str
    placeholder: str
    ask: str
    opening: str
    building: str
    failed: str
    waiting: str
    empty: str
    too_long: str
    unexpected: str
    unsure: str
    nearest: str
    date: str
    undated: str
    language: str
    agency: str
    file: str
    close: str
    source: str
    gone: str
    changed: str
    lost: str

    @property
    def direction(self) -> str:
        return "rtl" if self.code == "ar" else "ltr"


_WORDS = (
    Words(
        code="en",
        tagline="Ask the diplomatic record, and get the record’s own words back.",
        welcome="Every answer is quoted from the documents. Click a number to see where it stands.",
        placeholder="Ask a question, in your own language",
        ask="Ask",
        opening="Opening the index…",
        building="Building the index: {done} of {total} documents…",
        failed="The documents cannot be searched.",
        waiting="The question is answered as soon as the index is ready.",
        empty="There is no question yet: ask something in words.",
        too_long="The question has {count} characters; at most {limit} are read. Shorten it.",
        unexpected="Something went wrong here, and no answer was looked for to the end. "
        "The terminal that runs Entente says more.",
        unsure="Not certain: this may not be what you ask for.",
        nearest="Nearest passages: not an answer",
        date="Date",
        undated="not stated",
        language="Language",
        agency="Agency",
        file="File",
        close="Close the source",
        source="Source",
        gone="This document is no longer in the index.",
        changed="This document has changed since it was quoted. Ask again for its words of today.",
        lost="The source could not be fetched: Entente does not respond.",
    ),
    Words(
        code="fr",
        tagline="Interrogez les archives diplomatiques : elles répondent avec leurs propres mots.",
        welcome="Chaque réponse est citée des documents. "
        "Cliquez sur un numéro pour voir où elle se trouve.",
        placeholder="Posez une question, dans votre langue",
        ask="Demander",
        opening="Ouverture de l’index…",
        building="Construction de l’index : {done} documents sur {total}…",
        failed="Les documents ne peuvent pas être consultés.",
        waiting="La réponse viendra dès que l’index sera prêt.",
        empty="Il n’y a pas encore de question : demandez quelque chose avec des mots.",
        too_long="La question a {count} caractères ; {limit} au plus sont lus. Raccourcissez-la.",
        unexpected="Une erreur est survenue ici, et la recherche n’a pas été menée à son terme. "
        "Le terminal où tourne Entente en dit plus.",
        unsure="Sans certitude : ce n’est peut-être pas ce que vous demandez.",
        nearest="Passages les plus proches : ce n’est pas une réponse",
        date="Date",
        undated="non indiquée",
        language="Langue",
        agency="Agence",
        file="Fichier",
        close="Fermer la source",
        source="Source",
        gone="Ce document n’est plus dans l’index.",
        changed="Ce document a changé depuis qu’il a été cité. "
        "Reposez la question pour avoir ses mots d’aujourd’hui.",
        lost="La source n’a pas pu être obtenue : Entente ne répond pas.",
    ),
    Words(
        code="ar",
        tagline="اسأل السجل الدبلوماسي، يُجبك بكلماته.",
        welcome="كل إجابة مقتبسة من الوثائق. انقر على رقم لترى موضعه.",
        placeholder="اطرح سؤالاً بلغتك",
        ask="اسأل",
        opening="جارٍ فتح الفهرس…",
        building="جارٍ بناء الفهرس: {done} من {total} وثائق…",
        failed="لا يمكن البحث في الوثائق.",
        waiting="تأتي الإجابة حالما يصبح الفهرس جاهزاً.",
        empty="لا يوجد سؤال بعد: اكتب سؤالاً بالكلمات.",
        too_long="في السؤال {count} حرفاً، ولا يُقرأ أكثر من {limit}. اختصره.",
        unexpected="حدث خطأ هنا ولم يكتمل البحث عن إجابة. التفاصيل في الطرفية التي تشغّل Entente.",
        unsure="غير مؤكد: قد لا يكون هذا ما تسأل عنه.",
        nearest="أقرب المقاطع: ليست إجابة",
        date="التاريخ",
        undated="غير مذكور",
        language="اللغة",
        agency="الوكالة",
        file="الملف",
        close="إغلاق المصدر",
        source="المصدر",
        gone="لم تعد هذه الوثيقة في الفهرس.",
        changed="تغيّرت هذه الوثيقة منذ اقتباسها. أعد السؤال للحصول على نصها الحالي.",
        lost="تعذّر جلب المصدر: Entente لا يستجيب.",
    ),
    Words(
        code="ru",
        tagline="Спросите дипломатические документы — они ответят своими словами.",
        welcome="Каждый ответ — цитата из документов. Нажмите на номер, чтобы увидеть её место.",
        placeholder="Задайте вопрос на своём языке",
        ask="Спросить",
        opening="Указатель открывается…",
        building="Указатель строится: документов {done} из {total}…",
        failed="Поиск по документам невозможен.",
        waiting="Ответ появится, как только указатель будет готов.",
        empty="Вопроса пока нет: спросите что-нибудь словами.",
        too_long="В вопросе {count} знаков; читается не больше {limit}. Сократите его.",
        unexpected="Здесь произошла ошибка, и поиск ответа не доведён до конца. "
        "Подробности — в терминале, где запущена Entente.",
        unsure="Не наверняка: возможно, вы спрашиваете не об этом.",
        nearest="Ближайшие отрывки: это не ответ",
        date="Дата",
        undated="не указана",
        language="Язык",
        agency="Агентство",
        file="Файл",
        close="Закрыть источник",
        source="Источник",
        gone="Этого документа больше нет в указателе.",
        changed="Документ изменился с тех пор, как был процитирован. Задайте вопрос ещё раз.",
        lost="Источник не удалось получить: Entente не отвечает.",
    ),
    Words(
        code="az",
        tagline="Diplomatik sənədlərdən soruşun, öz sözləri ilə cavab versinlər.",
        welcome="Hər cavab sənədlərdən sitatdır. Yerini görmək üçün nömrəyə klikləyin.",
        placeholder="Öz dilinizdə sual verin",
        ask="Soruş",
        opening="İndeks açılır…",
        building="İndeks qurulur: {total} sənəddən {done}…",
        failed="Sənədlərdə axtarış aparmaq mümkün deyil.",
        waiting="İndeks hazır olan kimi cavab veriləcək.",
        empty="Hələ sual yoxdur: sözlərlə bir şey soruşun.",
        too_long="Sualda {count} simvol var; ən çoxu {limit} oxunur. Qısaldın.",
        unexpected="Burada xəta baş verdi və cavab axtarışı başa çatmadı. "
        "Ətraflı məlumat Entente işləyən terminaldadır.",
        unsure="Dəqiq deyil: soruşduğunuz bu olmaya bilər.",
        nearest="Ən yaxın parçalar: cavab deyil",
        date="Tarix",
        undated="göstərilməyib",
        language="Dil",
        agency="Agentlik",
        file="Fayl",
        close="Mənbəni bağla",
        source="Mənbə",
        gone="Bu sənəd artıq indeksdə yoxdur.",
        changed="Sitat gətiriləndən sonra bu sənəd dəyişib. Sualı yenidən verin.",
        lost="Mənbəni almaq mümkün olmadı: Entente cavab vermir.",
    ),
    Words(
        code="tr",
        tagline="Diplomatik belgelere sorun, kendi sözleriyle yanıt versinler.",
        welcome="Her yanıt belgelerden alıntıdır. Yerini görmek için bir numaraya tıklayın.",
        placeholder="Kendi dilinizde bir soru sorun",
        ask="Sor",
        opening="Dizin açılıyor…",
        building="Dizin oluşturuluyor: {total} belgeden {done}…",
        failed="Belgelerde arama yapılamıyor.",
        waiting="Dizin hazır olur olmaz yanıt verilecek.",
        empty="Henüz soru yok: sözcüklerle bir şey sorun.",
        too_long="Soruda {count} karakter var; en çok {limit} okunur. Kısaltın.",
        unexpected="Burada bir hata oluştu ve yanıt araması tamamlanmadı. "
        "Ayrıntılar Entente’in çalıştığı uçbirimde.",
        unsure="Kesin değil: sorduğunuz bu olmayabilir.",
        nearest="En yakın parçalar: yanıt değil",
        date="Tarih",
        undated="belirtilmemiş",
        language="Dil",
        agency="Ajans",
        file="Dosya",
        close="Kaynağı kapat",
        source="Kaynak",
        gone="Bu belge artık dizinde değil.",
        changed="Bu belge alıntılandıktan sonra değişmiş. Soruyu yeniden sorun.",
        lost="Kaynak alınamadı: Entente yanıt vermiyor.",
    ),
)
_BY_CODE = {words.code: words for words in _WORDS}


def words_in(language: str) -> Words:
    """The words of a language (ISO 639-1); English for one that has none."""
    return _BY_CODE.get(language, _BY_CODE["en"])


def preferred(accept_language: str | None) -> Words:
    """The words of the first language, by preference, of a browser's Accept-Language header."""
    asked: list[tuple[float, str]] = []
    for part in (accept_language or "").split(",")[:20]:
        match = _LANGUAGE.match(part)
        if match:
            try:
                asked.append((-float(match[2] or 1), match[1].lower()))
            except ValueError:
                continue
    known = [code for _, code in sorted(asked, key=lambda pair: pair[0]) if code in _BY_CODE]
    return words_in(known[0] if known else "en")


def date_in(words: Words, date: str) -> str:
    """An ISO date of any precision as a reader writes it: «August 2022», «22 avril 2025»."""
    first = datetime.date.fromisoformat(period_of(date)[0])
    if len(date) == 4:
        return date
    if len(date) == 7:
        return format_skeleton("yMMMM", first, locale=words.code)
    return format_date(first, "long", locale=words.code)


def language_in(words: Words, language: str) -> str:
    """A language's name («French», «français»), or its code where it has no name."""
    return str(Locale(words.code).languages.get(language, language))
