"""What questions say of time: periods, orders and events, in six languages; and what says none."""

from __future__ import annotations

import datetime
import time
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import regex
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

import qa.times
from index.documents import period_of
from qa.times import EVENT_WORDS, Order, When, periods_in, when_of

TODAY = datetime.date(2025, 6, 15)  # a Sunday
NEWEST, OLDEST = Order.NEWEST, Order.OLDEST
LANGUAGES = ("fr", "en", "ar", "ru", "az", "tr")


def between(first: str | None, last: str | None = None) -> tuple[str | None, str | None]:
    return first, last or first


def since(first: str) -> tuple[str | None, str | None]:
    return first, None


def until(last: str) -> tuple[str | None, str | None]:
    return None, last


def before(event: str) -> tuple[str, bool]:
    return event, False


def after(event: str) -> tuple[str, bool]:
    return event, True


# A question, and what it says: a period, an order or an event, or two of them.
SAID: dict[str, list[tuple[Any, ...]]] = {
    "fr": [
        ("Quels accords ont été signés en 2022 ?", between("2022")),
        ("Que s'est-il passé au cours de l'année 2023 ?", between("2023")),
        ("Qui s'est rendu à Bakou en avril 2023 ?", between("2023-04")),
        ("Qu'ont-ils signé au mois d'août 2022 ?", between("2022-08")),
        ("Qui a été reçu le 12 mai 2023 ?", between("2023-05-12")),
        ("Que s'est-il passé le 1er novembre 2024 ?", between("2024-11-01")),
        ("Les visites entre 2021 et 2023", between("2021", "2023")),
        ("Les échanges de 2021 à 2023", between("2021", "2023")),
        ("Les entretiens du 12 au 15 avril 2023", between("2023-04-12", "2023-04-15")),
        ("Les visites d'avril à juin 2023", between("2023-04", "2023-06")),
        ("Qu'est-ce qui a changé depuis 2022 ?", since("2022")),
        ("Les accords signés à partir de mars 2023", since("2023-03")),
        ("Les échanges jusqu'en 2023", until("2023")),
        ("Qui était ministre avant 2022 ?", until("2021")),
        ("Qui était ambassadeur avant le 12 mai 2023 ?", until("2023-05-11")),
        ("Qui a visité Alger après avril 2023 ?", since("2023-05")),
        ("Qu'ont-ils signé l'an dernier ?", between("2024")),
        ("Les accords de l'année dernière", between("2024")),
        ("Qui a été reçu cette année ?", between("2025")),
        ("Les visites du mois dernier", between("2025-05")),
        ("Qui est venu ce mois-ci ?", between("2025-06")),
        ("Les rencontres des trois derniers mois", between("2025-03-15", "2025-06-15")),
        ("Qui a téléphoné à Attaf la semaine dernière ?", between("2025-06-02", "2025-06-08")),
        ("Qui a été reçu hier ?", between("2025-06-14")),
        ("Qui s'est rendu à Moscou en mars dernier ?", between("2025-03")),
        ("Qu'ont-ils dit en décembre de l'an dernier ?", between("2024-12")),
        ("Qui a été nommé il y a deux ans ?", between("2023")),
        ("Qu'a-t-on décidé lors de la dernière session ?", NEWEST),
        ("Quel est l'accord le plus récent ?", NEWEST),
        ("De quand date la première visite d'Aliyev à Alger ?", OLDEST),
        ("Quelle est la plus ancienne rencontre ?", OLDEST),
        ("La dernière visite de Tebboune en 2023", between("2023"), NEWEST),
        ("Que disait-on avant la visite de Lamamra ?", before("la visite de Lamamra")),
        ("Avant la visite de Lamamra, qui a rencontré Bayramov ?", before("la visite de Lamamra")),
        ("Qu'a-t-on signé depuis la visite d'avril 2023 ?", after("la visite d'avril 2023")),
        ("Qu'a déclaré M. Attaf après son entretien avec M. Lavrov ?",
         after("son entretien avec M. Lavrov")),
        ("accords annee derniere", between("2024")),
        ("Visites en fevrier 2023", between("2023-02")),
        ("Que s'est-il passé depuis le début de 2025 ?", since("2025")),
        ("Depuis le début de l'année, qui est venu ?", between("2025")),
        ("Qui a voyagé au printemps 2023 ?", between("2023")),
        ("Qu'a-t-on signé avant la fin de 2023 ?", until("2023")),
        ("Quels accords des années 1990 restent en vigueur ?", between("1990", "1999")),
        ("non, en 2025", between("2025")),
        ("Que faisait-il avant d'être nommé ?", before("être nommé")),
        ("Qui a été reçu avant-hier ?", between("2025-06-13")),
        ("Qui est venu le 12 mars dernier ?", between("2025-03-12")),
        ("Que prévoit-on l'an prochain ?", between("2026")),
        ("Les visites d'avril de 2023", between("2023-04")),
        ("Les rencontres des 2 mois écoulés", between("2025-04-15", "2025-06-15")),
        ("Qu'a-t-on signé depuis deux ans ?", between("2023-06-15", "2025-06-15")),
        ("Les progrès de l'année écoulée", between("2024-06-15", "2025-06-15")),
        ("Dernière visite de Tebboune ?", NEWEST),
        ("Avant la visite qui a rencontré Bayramov ?", before("la visite")),
        ("Qui était là jusqu'à la signature ?", before("la signature")),
        ("Qui est venu ces cinq derniers jours ?", between("2025-06-10", "2025-06-15")),
        ("Qui est venu il y a deux semaines ?", between("2025-05-26", "2025-06-01")),
        ("Les visites de l'année en cours", between("2025")),
    ],
    "en": [
        ("What was signed in 2022?", between("2022")),
        ("Who visited Baku in April 2023?", between("2023-04")),
        ("Who visited Baku in Sept. 2023?", between("2023-09")),
        ("What happened on 12 May 2023?", between("2023-05-12")),
        ("What happened on May 12th, 2023?", between("2023-05-12")),
        ("What happened on 2023-05-12?", between("2023-05-12")),
        ("What happened on 12/05/2023?", between("2023-05-12")),
        ("What happened on 05/22/2023?", between("2023-05-22")),
        ("Visits between 2021 and 2023", between("2021", "2023")),
        ("Visits from 2021 to 2023", between("2021", "2023")),
        ("Visits in 2021–2023", between("2021", "2023")),
        ("Talks of 12-15 April 2023", between("2023-04-12", "2023-04-15")),
        ("Visits from December to February 2023", between("2022-12", "2023-02")),
        ("Visits from November 2022 to March", between("2022-11", "2023-03")),
        ("What happened between Algeria and Azerbaijan since 2022?", since("2022")),
        ("What has been signed since April 2023?", since("2023-04")),
        ("What was agreed until 2023?", until("2023")),
        ("Who was minister before March 2022?", until("2022-02")),
        ("Who was minister after 31 December 2022?", since("2023-01-01")),
        ("Agreements signed after 2021 but before 2024", between("2022", "2023")),
        ("What was signed last year?", between("2024")),
        ("Summarise last year's visits", between("2024")),
        ("Who was received this year?", between("2025")),
        ("Who came last month?", between("2025-05")),
        ("Who comes this month?", between("2025-06")),
        ("Visits over the last three months", between("2025-03-15", "2025-06-15")),
        ("Visits in the past 2 years", between("2023-06-15", "2025-06-15")),
        ("What happened in the past week?", between("2025-06-08", "2025-06-15")),
        ("Who called Attaf yesterday?", between("2025-06-14")),
        ("What was said two months ago?", between("2025-04")),
        ("Trade in the 2010s", between("2010", "2019")),
        ("What happened in April of last year?", between("2024-04")),
        ("What happened last August?", between("2024-08")),
        ("What was decided at the latest round of consultations?", NEWEST),
        ("What is the most recent agreement?", NEWEST),
        ("Who led the last round?", NEWEST),
        ("When did Tebboune last visit Moscow?", NEWEST),
        ("What came of Lamamra's last visit?", NEWEST),
        ("When was the first visit of Aliyev to Algiers?", OLDEST),
        ("When did they meet for the first time?", OLDEST),
        ("When did Aliyev first visit Algiers?", OLDEST),
        ("Who met Bayramov before Lamamra's visit?", before("Lamamra's visit")),
        ("Before Lamamra's visit who met Bayramov?", before("Lamamra's visit")),
        ("What was signed after the talks in Moscow?", after("the talks in Moscow")),
        ("What changed since the summit of March 2023?", after("the summit of March 2023")),
        ("Who led the delegation until the signing of the memorandum?",
         before("the signing of the memorandum")),
        ("Which visits took place in the first half of 2023?", between("2023")),
        ("What did Lavrov say most recently?", NEWEST),
        ("Who was ambassador up to 2022?", until("2022")),
        ("Talks between 28 December and 3 January 2023", between("2022-12-28", "2023-01-03")),
        ("Talks between 5 and 12 April 2023", between("2023-04-05", "2023-04-12")),
        ("Visits between 2023 and 2021", between("2021", "2023")),
        ("What was agreed in 2021 and 2023?", between("2021", "2023")),
        ("What happened on 31 February 2023?", between("2023-02")),
        ("What happened before 1 March 2024?", until("2024-02-29")),
        ("What happened after December 2023?", since("2024-01")),
        ("Since 2024, which agreements signed in 2022 expired?", between("2022")),
        ("What did the first visit and the latest visit bring in 2023?", between("2023")),
        ("What\nhappened  last \t year?", between("2024")),
        ("What happened on 2023-22-05?", between("2023")),
        ("What happened in April last month?", between("2025-05")),
        ("Talks of 30-28 February 2023", between("2023-02", "2023-02-28")),
        ("What will happen in 2100?", between("2100")),
        ("In 2022 may they have met?", between("2022")),
        ("Who called the day before yesterday?", between("2025-06-13")),
        ("WHO CAME AFTER THE VISIT?", after("THE VISIT")),
        ("Who came before the visit which Lavrov made?", before("the visit which Lavrov made")),
        ("What has been signed since early April 2023?", since("2023-04")),
        ("What happened in April of 2023?", between("2023-04")),
        ("Where did they last meet?", NEWEST),
        ("When was the first meeting between the two?", OLDEST),
        ("What is the first-ever agreement?", OLDEST),
        ("Which is the oldest agreement?", OLDEST),
        ("When was the previous visit before Lamamra's visit?", before("Lamamra's visit")),
        ("What happened in April/May 2023?", between("2023")),
        ("Who hosted the first meeting between the two?", OLDEST),
        ("When did they first meet?", OLDEST),
        ("Who came in the last five days?", between("2025-06-10", "2025-06-15")),
        ("Who came two weeks ago?", between("2025-05-26", "2025-06-01")),
        ("Visits during the current year", between("2025")),
        ("What has been signed since the beginning of the year?", between("2025")),
        ("What was signed before the end of 2023?", until("2023")),
    ],
    "ar": [
        ("ما الذي تم توقيعه في عام 2022؟", between("2022")),
        ("ما الذي تم توقيعه في ٢٠٢٢؟", between("2022")),
        ("من زار باكو سنة 2023؟", between("2023")),
        ("من زار باكو في أبريل 2023؟", between("2023-04")),
        ("من زار باكو في نيسان 2023؟", between("2023-04")),
        ("من زار باكو في أفريل 2023؟", between("2023-04")),
        ("ما الذي وقع في كانون الثاني 2023؟", between("2023-01")),
        ("ما الذي وقع في جانفي 2023؟", between("2023-01")),
        ("ما الذي وقع في يناير/كانون الثاني 2023؟", between("2023-01")),
        ("من استقبل الوزير يوم 12 ماي 2023؟", between("2023-05-12")),
        ("الزيارات بين 2021 و2023", between("2021", "2023")),
        ("الزيارات من عام 2021 إلى عام 2023", between("2021", "2023")),
        ("الزيارات من أبريل إلى يونيو 2023", between("2023-04", "2023-06")),
        ("ماذا حدث منذ 2022؟", since("2022")),
        ("ماذا حدث منذ شهر مارس 2023؟", since("2023-03")),
        ("حجم التبادل حتى عام 2023", until("2023")),
        ("من كان وزيرا قبل عام 2022؟", until("2021")),
        ("من كان وزيرا بعد 2022؟", since("2023")),
        ("ما الذي تم توقيعه العام الماضي؟", between("2024")),
        ("الزيارات في هذا العام", between("2025")),
        ("الزيارات في السنة الجارية", between("2025")),
        ("من زار الجزائر الشهر الماضي؟", between("2025-05")),
        ("الزيارات خلال الأشهر الثلاثة الماضية", between("2025-03-15", "2025-06-15")),
        ("الزيارات خلال الشهرين الماضيين", between("2025-04-15", "2025-06-15")),
        ("من اتصل بالوزير أمس؟", between("2025-06-14")),
        ("من عين سفيرا قبل سنتين؟", between("2023")),
        ("ما الذي وقع في أبريل من العام الماضي؟", between("2024-04")),
        ("ما هي آخر جولة من المشاورات؟", NEWEST),
        ("ما هو أحدث اتفاق؟", NEWEST),
        ("ما نتائج الزيارة الأخيرة؟", NEWEST),
        ("متى كانت أول زيارة لعلييف إلى الجزائر؟", OLDEST),
        ("متى التقيا لأول مرة؟", OLDEST),
        ("من التقى بيراموف قبل زيارة لعمامرة؟", before("زيارة لعمامرة")),
        ("ماذا وقع الجانبان بعد لقاء موسكو؟", after("لقاء موسكو")),
        ("ماذا حدث منذ بداية 2023؟", since("2023")),
        ("ماذا تغير خلال آخر ثلاث سنوات؟", between("2022-06-15", "2025-06-15")),
        ("ما هي آخر التطورات؟", NEWEST),
        ("من اتصل بالوزير أول أمس؟", between("2025-06-13")),
        ("من يزور الجزائر العام المقبل؟", between("2026")),
        ("من زار الجزائر في أبريل الماضي؟", between("2025-04")),
        ("من كان وزيرا حتى زيارة لعمامرة؟", before("زيارة لعمامرة")),
        ("بعد زيارة علييف ماذا وقع الجانبان؟", after("زيارة علييف")),
        ("من زار باكو في أبريل من 2023؟", between("2023-04")),
        ("من زار الجزائر الأسبوع الماضي؟", between("2025-06-02", "2025-06-08")),
        ("الزيارات خلال الأيام الخمسة الماضية", between("2025-06-10", "2025-06-15")),
        ("من زار الجزائر قبل ثلاثة أسابيع؟", between("2025-05-19", "2025-05-25")),
        ("من زار الجزائر قبل يومين؟", between("2025-06-13")),
        ("من زار الجزائر قبل أسبوعين؟", between("2025-05-26", "2025-06-01")),
        ("ماذا وقع منذ بداية العام؟", between("2025")),
        ("الزيارات خلال ثلاثة أشهر الماضية", between("2025-03-15", "2025-06-15")),
        ("ماذا تغير منذ ثلاث سنوات؟", between("2022-06-15", "2025-06-15")),
        ("ماذا تغير منذ سنتين؟", between("2023-06-15", "2025-06-15")),
        ("من عين سفيرا قبل عام؟", between("2024")),
        ("ماذا وقع قبل نهاية 2023؟", until("2023")),
    ],
    "ru": [
        ("Какие соглашения подписаны в 2022 году?", between("2022")),
        ("Какие соглашения подписаны в 2022 г.?", between("2022")),
        ("Кто посетил Баку в апреле 2023 года?", between("2023-04")),
        ("Кто посетил Баку в мае 2023?", between("2023-05")),
        ("Что произошло 12 мая 2023 года?", between("2023-05-12")),
        ("Что произошло 12.05.2023?", between("2023-05-12")),
        ("Визиты с 2021 по 2023 год", between("2021", "2023")),
        ("Визиты между 2021 и 2023 годами", between("2021", "2023")),
        ("Визиты в 2021–2023 годах", between("2021", "2023")),
        ("Переговоры с 12 по 15 апреля 2023 года", between("2023-04-12", "2023-04-15")),
        ("Визиты с апреля по июнь 2023", between("2023-04", "2023-06")),
        ("Что изменилось с 2022 года?", since("2022")),
        ("Что подписано начиная с марта 2023 года?", since("2023-03")),
        ("Что решено вплоть до 2023 года?", until("2023")),
        ("Кто был министром до 2022 года?", until("2021")),
        ("Кто был министром после апреля 2023 года?", since("2023-05")),
        ("Что подписано за прошлый год?", between("2024")),
        ("Что подписано в прошлом году?", between("2024")),
        ("Кто приезжал в этом году?", between("2025")),
        ("Что решили с прошлого года?", since("2024")),
        ("Кто приезжал в прошлом месяце?", between("2025-05")),
        ("Встречи за последние три месяца", between("2025-03-15", "2025-06-15")),
        ("Встречи за последний год", between("2024-06-15", "2025-06-15")),
        ("Кто приезжал на прошлой неделе?", between("2025-06-02", "2025-06-08")),
        ("Кто звонил вчера?", between("2025-06-14")),
        ("Кого назначили два года назад?", between("2023")),
        ("Что было в апреле прошлого года?", between("2024-04")),
        ("Что решили на последнем раунде консультаций?", NEWEST),
        ("Когда Теббун в последний раз был в Москве?", NEWEST),
        ("Какое самое недавнее соглашение?", NEWEST),
        ("Когда состоялся первый визит Алиева в Алжир?", OLDEST),
        ("Когда они встретились впервые?", OLDEST),
        ("Что обсуждали до визита Ламамры?", before("визита Ламамры")),
        ("Что подписали после переговоров в Москве?", after("переговоров в Москве")),
        ("Что изменилось с момента визита Аттафа?", after("визита Аттафа")),
        ("Что произошло с начала года?", between("2025")),
        ("Что подписали до конца 2023 года?", until("2023")),
        ("Какие договоры подписали в 1990-х?", between("1990", "1999")),
        ("Что сказал Лавров до того, как приехал?", before("приехал")),
        ("Кто звонил позавчера?", between("2025-06-13")),
        ("Что решили 12-го мая 2023 года?", between("2023-05-12")),
        ("Кто приедет в следующем году?", between("2026")),
        ("Кто приезжал в прошлом апреле?", between("2025-04")),
        ("Что изменилось с начала 2023 года?", since("2023")),
        ("После визита Лаврова что подписали?", after("визита Лаврова")),
        ("Кто приезжал за последние пять дней?", between("2025-06-10", "2025-06-15")),
        ("Кто приезжал две недели назад?", between("2025-05-26", "2025-06-01")),
        ("Встречи двух последних месяцев", between("2025-04-15", "2025-06-15")),
        ("Кого назначили год назад?", between("2024")),
        ("Каково новейшее соглашение?", NEWEST),
        ("Какое соглашение самое старое?", OLDEST),
        ("Какой документ самый свежий?", NEWEST),
    ],
    "az": [
        ("2022-ci ildə hansı sazişlər imzalanıb?", between("2022")),
        ("2022-də nə imzalanıb?", between("2022")),
        ("2023-cü ilin aprelində Bakıya kim gəlib?", between("2023-04")),
        ("Aprel 2023-də kim gəlib?", between("2023-04")),
        ("2023-cü ilin aprel ayında kim gəlib?", between("2023-04")),
        ("12 may 2023-cü ildə nə olub?", between("2023-05-12")),
        ("2023-cü il mayın 12-də nə olub?", between("2023-05-12")),
        ("2021-ci ildən 2023-cü ilə qədər səfərlər", between("2021", "2023")),
        ("2021 və 2023-cü illər arasında səfərlər", between("2021", "2023")),
        ("2021-2023-cü illərdə səfərlər", between("2021", "2023")),
        ("2022-ci ildən bəri nə dəyişib?", since("2022")),
        ("2023-cü ilin martından etibarən nə imzalanıb?", since("2023-03")),
        ("2023-cü ilə qədər nə qərara alınıb?", until("2023")),
        ("2022-ci ildən əvvəl nazir kim idi?", until("2021")),
        ("2022-ci ildən sonra nazir kim olub?", since("2023")),
        ("Keçən il nə imzalanıb?", between("2024")),
        ("Ötən ilin aprelində kim gəlib?", between("2024-04")),
        ("Bu il kim qəbul olunub?", between("2025")),
        ("Keçən ay kim gəlib?", between("2025-05")),
        ("Son üç ayda hansı görüşlər olub?", between("2025-03-15", "2025-06-15")),
        ("Keçən həftə kim zəng edib?", between("2025-06-02", "2025-06-08")),
        ("Dünən kim zəng edib?", between("2025-06-14")),
        ("İki il əvvəl kim təyin olunub?", between("2023")),
        ("Sonuncu raundda nə müzakirə olunub?", NEWEST),
        ("Ən son səfər nə vaxt olub?", NEWEST),
        ("Son görüşdə nə müzakirə olunub?", NEWEST),
        ("Əliyevin Əlcəzairə ilk səfəri nə vaxt olub?", OLDEST),
        ("Onlar ilk dəfə nə vaxt görüşüblər?", OLDEST),
        ("Lamamranın səfərindən əvvəl nə müzakirə olunub?", before("Lamamranın səfərindən")),
        ("Moskva görüşündən sonra nə imzalanıb?", after("Moskva görüşündən")),
        ("KEÇƏN İL NƏ İMZALANIB?", between("2024")),
        ("kecen il ne imzalanib", between("2024")),
        ("2023-cü ilin əvvəlindən bəri nə olub?", since("2023")),
        ("2023-cü ilin sonuna qədər nə imzalanıb?", until("2023")),
        ("2022-ci il martın 5-dən sonra nə olub?", since("2022-03-06")),
        ("Əliyevin səfərinə qədər nə imzalanıb?", before("Əliyevin səfərinə")),
        ("Srağagün kim zəng edib?", between("2025-06-13")),
        ("Bayramovun sözlərinə görə, görüşdən sonra nə olub?", after("görüşdən")),
        ("Əliyevin köməkçisi Lamamranın səfərindən sonra nə deyib?",
         after("Lamamranın səfərindən")),
        ("2023-cü ilin aprel ayından bəri nə olub?", since("2023-04")),
        ("Keçən aprel kim gəlib?", between("2025-04")),
        ("Aprel və iyun 2023 kim gəlib?", between("2023-04", "2023-06")),
        ("2021-ci ildən 2023-cü ilə səfərlər", between("2021", "2023")),
        ("1990-cı illərdə nə imzalanıb?", between("1990", "1999")),
        ("Gələn il kim gələcək?", between("2026")),
        ("Son beş gündə kim gəlib?", between("2025-06-10", "2025-06-15")),
        ("İki həftə əvvəl kim gəlib?", between("2025-05-26", "2025-06-01")),
        ("İlin əvvəlindən bəri nə imzalanıb?", between("2025")),
        ("2023-cü ilədək nə imzalanıb?", until("2023")),
        ("Ən yeni saziş hansıdır?", NEWEST),
        ("Axırıncı görüş harada keçirilib?", NEWEST),
        ("Onlar birinci dəfə harada görüşüblər?", OLDEST),
        ("Ən köhnə saziş hansıdır?", OLDEST),
    ],
    "tr": [
        ("2022'de hangi anlaşmalar imzalandı?", between("2022")),
        ("2022 yılında hangi anlaşmalar imzalandı?", between("2022")),
        ("Nisan 2023'te Bakü'yü kim ziyaret etti?", between("2023-04")),
        ("2023 Nisan ayında kim geldi?", between("2023-04")),
        ("2023 yılının nisan ayında kim geldi?", between("2023-04")),
        ("12 Mayıs 2023'te ne oldu?", between("2023-05-12")),
        ("12.05.2023 tarihinde ne oldu?", between("2023-05-12")),
        ("2021'den 2023'e kadar ziyaretler", between("2021", "2023")),
        ("2021 ile 2023 arasında ziyaretler", between("2021", "2023")),
        ("2021-2023 yılları arasında ziyaretler", between("2021", "2023")),
        ("2022'den beri ne değişti?", since("2022")),
        ("Mart 2023'ten itibaren ne imzalandı?", since("2023-03")),
        ("2023'e kadar neye karar verildi?", until("2023")),
        ("2022'den önce bakan kimdi?", until("2021")),
        ("2022'den sonra bakan kim oldu?", since("2023")),
        ("Geçen yıl ne imzalandı?", between("2024")),
        ("Geçen yılın nisan ayında kim geldi?", between("2024-04")),
        ("Bu yıl kim kabul edildi?", between("2025")),
        ("Geçen ay kim geldi?", between("2025-05")),
        ("Son üç ayda hangi görüşmeler oldu?", between("2025-03-15", "2025-06-15")),
        ("Geçen hafta kim aradı?", between("2025-06-02", "2025-06-08")),
        ("Dün kim aradı?", between("2025-06-14")),
        ("İki yıl önce kim atandı?", between("2023")),
        ("Son turda ne görüşüldü?", NEWEST),
        ("En son ne zaman görüştüler?", NEWEST),
        ("En yeni anlaşma hangisi?", NEWEST),
        ("Aliyev'in Cezayir'e ilk ziyareti ne zamandı?", OLDEST),
        ("İlk kez ne zaman görüştüler?", OLDEST),
        ("Lamamra'nın ziyaretinden önce ne görüşüldü?", before("Lamamra'nın ziyaretinden")),
        ("Moskova görüşmesinden sonra ne imzalandı?", after("Moskova görüşmesinden")),
        ("KASIM 2023'TE KİM GELDİ?", between("2023-11")),
        ("2023 yılının başından beri ne oldu?", since("2023")),
        ("2023 sonbaharında kim geldi?", between("2023")),
        ("5 Mart 2022'den sonra ne oldu?", since("2022-03-06")),
        ("Aliyev'in ziyaretine kadar ne imzalandı?", before("Aliyev'in ziyaretine")),
        ("Evvelki gün kim aradı?", between("2025-06-13")),
        ("2023 yılının nisan ayından beri ne oldu?", since("2023-04")),
        ("Geçen nisan kim geldi?", between("2025-04")),
        ("Nisan ve Haziran 2023 kim geldi?", between("2023-04", "2023-06")),
        ("1990'larda ne imzalandı?", between("1990", "1999")),
        ("Gelecek yıl kim gelecek?", between("2026")),
        ("1990'lı yıllarda ne imzalandı?", between("1990", "1999")),
        ("Son beş günde kim geldi?", between("2025-06-10", "2025-06-15")),
        ("İki hafta önce kim geldi?", between("2025-05-26", "2025-06-01")),
        ("Yılın başından beri ne imzalandı?", between("2025")),
        ("Önceki gün kim aradı?", between("2025-06-13")),
        ("2021'den 2023'e ziyaretler", between("2021", "2023")),
        ("Sonuncu tur nerede yapıldı?", NEWEST),
        ("Birinci kez nerede görüştüler?", OLDEST),
        ("En eski anlaşma hangisi?", OLDEST),
    ],
}  # fmt: skip

# Questions that say nothing of time, though their words may look like it.
SILENT = {
    "fr": """
        Qui est le Premier ministre d'Azerbaïdjan ?
        Qui est la première dame d'Azerbaïdjan ?
        Sur quoi porte le premier accord signé à Bakou ?
        Qui a présidé la première session de la commission mixte ?
        Qui est le premier vice-président de la Chambre ?
        Quel est son rôle dans l'organisation ?
        Qu'a déclaré ce dernier ?
        Que disent ces derniers à propos du gaz ?
        Combien de temps la visite a-t-elle duré ?
        Quel montant dépasse 2000 millions de dollars ?
        Combien des 2022 étudiants ont reçu une bourse ?
        Que dit la résolution 1973 du Conseil de sécurité ?
        Que prévoit l'Agenda 2063 ?
        D'après le communiqué, qui était présent ?
        Avant tout, que veut l'Algérie ?
        Qui est venu lundi dernier à Alger ?
        Qui a été reçu en avril ?
        Quand se tiendra la 49e session ?
        Jusqu'où va la coopération ?
        Quelle somme, plus de 2000, a été versée ?
        Depuis quand sont-ils partenaires ?
        Que mettent-ils en avant dans leurs relations ?
        Ces dernières années, comment ont évolué les relations ?
        Le dernier jour de la visite, où était-il ?
        Où se rend-elle après Moscou ?
        Qui était ambassadeur avant Lamamra ?
        Qui a adressé un message depuis Alger ?
        Qui avait-elle reçu la semaine précédente ?
    """,
    "en": """
        Who is the Prime Minister of Azerbaijan?
        Who is the First Lady of Azerbaijan?
        Who is the First Deputy Minister?
        What is the first agreement signed in Baku about?
        Who chaired the first session of the joint commission?
        What does the first of the two agreements cover?
        How long did the visit last?
        Did the talks last for two hours?
        At last, who was it?
        What is the minister's last name?
        What was said on the last day of the visit?
        Was the trade volume over 2000 million dollars?
        How many of the 2022 students received scholarships?
        What does resolution 1973 say?
        What does Agenda 2063 foresee?
        Who speaks in parliament in the May sun?
        What may they sign?
        Who spoke before the Security Council?
        After all, who is he?
        Since when are they partners?
        Who was received in April?
        When is the 49th session?
        What did they do after that?
        What are relations like today?
        Who looked after the delegation?
        Where did she go after Moscow?
        Who was ambassador before Lamamra?
        What do they do after lunch?
        Who came before 2021 and after 2023?
    """,
    "ar": """
        من هو الوزير الأول في الجزائر؟
        من هو رئيس الوزراء؟
        من ترأس الدورة الأولى للجنة المشتركة؟
        على ماذا ينص الاتفاق الأول؟
        من هو النائب الأول للرئيس؟
        هل زار الوزير بلدا آخر؟
        من جهة أخرى، ماذا قال الوزير؟
        ما حجم التبادل البالغ 2000 مليون دولار؟
        كم من أصل 2022 طالب حصلوا على منحة؟
        ماذا يقول القرار 1973؟
        ماذا تتضمن أجندة 2063؟
        من استقبل من قبل الرئيس؟
        هل تم اللقاء عن بعد؟
        ماذا حدث بعد ذلك؟
        منذ متى هما شريكان؟
        متى تعقد الدورة 49؟
        من زار باكو في أبريل؟
        ما الذي أحدث الاتفاق؟
        ماذا زارت بعد الظهر؟
    """,
    "ru": """
        Кто премьер-министр Азербайджана?
        Кто первая леди Азербайджана?
        Кто первый заместитель министра?
        О чём первое соглашение, подписанное в Баку?
        Кто возглавил первую сессию комиссии?
        Что изменилось в последнее время?
        Какие вопросы обсуждают в последние годы?
        За кем последнее слово?
        Сколько длился визит?
        Превысил ли товарооборот 2000 миллионов долларов?
        Сколько из 2022 студентов получили стипендии?
        О чём говорит резолюция 1973?
        Кто выступал перед парламентом?
        Довести товарооборот до миллиарда хочет кто?
        Что было после этого?
        С каких пор они партнёры?
        Кто приезжал в апреле?
        Когда пройдёт 49-я сессия?
        Как доехать от Алжира до Баку?
        Есть ли у них общий май?
        Кто стал министром после Ламамры?
        Какой город примет следующую Неделю культуры?
        Какой город стал последним в поездке?
    """,
    "az": """
        Azərbaycanın baş naziri kimdir?
        Azərbaycanın birinci xanımı kimdir?
        Baş nazirin birinci müavini kimdir?
        Birinci saziş nə haqqındadır?
        Komissiyanın birinci iclasına kim sədrlik edib?
        Səfərin sonunda nə deyildi?
        Son illərdə münasibətlər necə inkişaf edib?
        Danışıqlara nə son qoydu?
        İlk növbədə nə müzakirə olunub?
        Ticarət dövriyyəsi 2000 milyon dollardan çoxdurmu?
        2022 tələbədən neçəsi təqaüd alıb?
        1973 nəfər haradan gəlib?
        Bundan sonra nə oldu?
        Nə vaxtdan bəri tərəfdaşdırlar?
        Apreldə kim gəlib?
        49-cu sessiya nə vaxt olacaq?
        Ondan əvvəl nazir kim idi?
        Nə qədər sazişlər imzalanıb?
        Xanov bir gün əvvəl harada olub?
        Azərbaycan ilk sazişi kiminlə imzalayıb?
        Türkiyə və Qətər arasında ilk siyasi məsləhətləşmələr harada keçirilib?
        Konfransda kimi təmsil edirdi?
        Apreldən bəri nə olub?
        Nazir Şilidən sonra hara gedəcək?
        Təxminən 2000 nədir?
    """,
    "tr": """
        Azerbaycan'ın başbakanı kimdir?
        Azerbaycan'ın birinci hanımı kimdir?
        Birinci başkan yardımcısı kimdir?
        Birinci anlaşma ne hakkında?
        Komisyonun birinci oturumuna kim başkanlık etti?
        Ziyaretin sonunda ne söylendi?
        Son yıllarda ilişkiler nasıl gelişti?
        Son derece önemli olan nedir?
        Görüşmelere ne son verdi?
        İlk önce ne görüşüldü?
        Ticaret hacmi 2000 milyon doları aştı mı?
        2022 öğrenciden kaçı burs aldı?
        1973 kişi nereden geldi?
        Bundan sonra ne oldu?
        Ne zamandan beri ortaklar?
        Nisanda kim geldi?
        49. oturum ne zaman?
        Daha önce bakan kimdi?
        Ne kadar anlaşma imzalandı?
        Başbakan Şili'den sonra hangi şehre gidecek?
        Öğleden sonra kiminle görüştü?
        Anlaşma hangi tarihten itibaren uygulanacak?
        İlk belge neyle ilgili?
        Şili'den sonra nereye gidecek?
        Hangi görüşmeden sonra anlaşma imzalandı?
        Nisandan beri ne oldu?
        Yaklaşık 2000 nedir?
    """,
}
QUIET = [
    (language, line.strip())
    for language, lines in SILENT.items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [(language, row[0], row[1:]) for language, rows in SAID.items() for row in rows],
)
def test_what_a_question_says_of_time(language: str, question: str, said: tuple[Any, ...]) -> None:
    when = when_of(question, language, TODAY)
    order = next((one for one in said if isinstance(one, Order)), None)
    event = next((one for one in said if isinstance(one, tuple) and isinstance(one[1], bool)), None)
    period = next((one for one in said if isinstance(one, tuple) and one is not event), None)
    assert (when.period, when.order, when.event) == (period, order, event and event[0])
    assert event is None or when.after is event[1]
    assert when.spans


@pytest.mark.parametrize(("language", "question"), QUIET)
def test_a_question_that_says_nothing_of_time(language: str, question: str) -> None:
    assert when_of(question, language, TODAY) == When()


# ── months, spellings, digits ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("locale", ["fr", "en", "ar", "ar_DZ", "ar_MA", "ar_SY", "ru", "az", "tr"])
def test_every_month_of_cldr_is_read_with_its_year_and_says_nothing_alone(locale: str) -> None:
    language = locale[:2]
    for context in ("format", "stand-alone"):
        for number, name in get_month_names("wide", context, locale).items():
            assert when_of(f"{name} 2023 ?", language, TODAY).period == between(f"2023-{number:02}")
            assert when_of(f"{name} ?", language, TODAY) == When()


@pytest.mark.parametrize("form", ["январе", "феврале", "мая", "июню", "августом", "октября"])
def test_russian_months_have_their_cases(form: str) -> None:
    assert when_of(f"{form} 2023", "ru", TODAY).period is not None
    assert when_of(f"{form} 2023", "ru", TODAY).period != between("2023")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("language", "question", "said"), [
    ("fr", "Qui est venu en FÉVRIER  2023\u00a0?", "FÉVRIER  2023"),
    ("tr", "Şubat\t2023’te kim geldi?", "Şubat\t2023’te"),
    ("ar", "من زار باكو في أبـريل \u200f٢٠٢٣؟", "أبـريل \u200f٢٠٢٣"),
])  # fmt: skip
def test_the_spans_are_what_was_typed(form: Any, language: str, question: str, said: str) -> None:
    question, said = (unicodedata.normalize(form, text) for text in (question, said))
    when = when_of(question, language, TODAY)
    assert when.period is not None
    [(start, end)] = when.spans
    assert question[start:end].endswith(said)
    assert len(question[start:end]) <= len(said) + 3  # and the preposition before it


@pytest.mark.parametrize(("language", "question", "said"), [
    ("fr", "Quels accords en 2022 ?", "en 2022"),
    ("fr", "Quels accords au cours de l'année 2022 ?", "au cours de l'année 2022"),
    ("en", "Which agreements in April 2022?", "in April 2022"),
    ("ar", "ما الاتفاقات خلال عام 2022؟", "خلال عام 2022"),
    ("ar", "من استقبل الوزير يوم 12 ماي 2023؟", "يوم 12 ماي 2023"),
    ("ru", "Какие соглашения в 2022 году?", "в 2022 году"),
    ("az", "2022-ci il ərzində hansı sazişlər?", "2022-ci il ərzində"),
    ("tr", "2022 yılı boyunca hangi anlaşmalar?", "2022 yılı boyunca"),
    ("az", "Lamamranın səfərindən əvvəl nə olub?", "Lamamranın səfərindən əvvəl"),
    ("fr", "Qu'est-ce qui a changé depuis la visite ?", "depuis la visite"),
])  # fmt: skip
def test_prepositions_belong_to_the_spans(language: str, question: str, said: str) -> None:
    [(start, end)] = when_of(question, language, TODAY).spans
    assert question[start:end] == said


def test_the_spans_name_each_thing_once_and_in_order() -> None:
    question = "In 2023, who led the latest round before Lamamra's visit?"
    spans = when_of(question, "en", TODAY).spans
    assert [question[start:end] for start, end in spans] == [
        "In 2023", "the latest", "before Lamamra's visit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [
        "1899",
        "2101",
        "20230",
        "12023",
        "2,022",
        "2.022",
        "$2022",
        "2022%",
        "2022 $",
        "F2022",
        "12.05.1066",
    ],
)
def test_a_number_that_is_no_year_is_no_period(number: str) -> None:
    assert when_of(f"What about {number}?", "en", TODAY) == When()


def test_a_language_without_a_table_has_years_and_its_own_months() -> None:
    assert when_of("¿Quién llegó en abril 2023?", "es", TODAY).period == between("2023-04")
    assert when_of("Wer kam 2023?", "de", TODAY).period == between("2023")
    assert when_of("何が", "ja", TODAY) == When()


# ── counting from today ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("today", "question", "period"), [
    ("2025-01-10", "last month", between("2024-12")),
    ("2024-03-31", "one month ago", between("2024-02")),
    ("2024-03-31", "in the last month", between("2024-02-29", "2024-03-31")),
    ("2024-02-29", "in the past year", between("2023-02-28", "2024-02-29")),
    ("2025-01-01", "last week", between("2024-12-23", "2024-12-29")),
    ("2025-01-01", "yesterday", between("2024-12-31")),
    ("2025-04-20", "last April", between("2024-04")),
    ("2025-05-01", "last April", between("2025-04")),
    ("2025-06-15", "since last year", since("2024")),
    ("2025-06-15", "before last month", until("2025-04")),
    ("2025-06-15", "next year", between("2026")),
])  # fmt: skip
def test_relative_periods_count_from_today(today: str, question: str, period: Any) -> None:
    assert when_of(question, "en", datetime.date.fromisoformat(today)).period == period


# ── events ───────────────────────────────────────────────────────────────────────────────────────


def test_a_date_of_the_event_is_no_period_and_one_beside_it_is() -> None:
    assert when_of("Who came after the visit of April 2023?", "en", TODAY).period is None
    assert when_of("Who came in 2024, after the visit?", "en", TODAY).period == between("2024")


def test_an_order_among_the_words_of_an_event_is_no_order() -> None:
    when = when_of("Who came after the latest round?", "en", TODAY)
    assert (when.event, when.order) == ("the latest round", None)


def test_an_event_has_no_more_words_than_name_one() -> None:
    when = when_of(f"Who came before the visit {'of many guests ' * 9}", "en", TODAY)
    assert when.event is not None
    assert len(when.event.split()) == EVENT_WORDS


# ── dates in documents ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("language", "sentence", "periods"), [
    ("fr", "Les échanges ont atteint 320 millions de dollars en 2022, contre 210 en 2021.",
     [("2022-01-01", "2022-12-31"), ("2021-01-01", "2021-12-31")]),
    ("fr", "La visite, prévue le 12 mai 2023, est reportée à septembre 2023.",
     [("2023-05-12", "2023-05-12"), ("2023-09-01", "2023-09-30")]),
    ("en", "The plan of action for 2024–2027 was signed on 29 February 2024.",
     [("2024-01-01", "2027-12-31"), ("2024-02-29", "2024-02-29")]),
    ("en", "Since 2021 they have met twice, last year in May.", [("2021-01-01", "2021-12-31")]),
    ("fr", "Le ministre s'est rendu à Bakou le 12 mai, avant la session de l'an dernier.", []),
    ("en", "Resolution 1973 and the Agenda 2063 concern 2000 people.", []),
    ("ru", "Визит состоялся в апреле 2025 года.", [("2025-04-01", "2025-04-30")]),
    ("es", "La visita tuvo lugar en abril 2023.", [("2023-04-01", "2023-04-30")]),
])  # fmt: skip
def test_the_dates_that_a_sentence_states(
    language: str, sentence: str, periods: list[tuple[str, str]]
) -> None:
    assert periods_in(sentence, language) == tuple(periods)


# ── hostile questions, and the table ─────────────────────────────────────────────────────────────

WORDS = [
    "en", "de", "2022", "2023-05", "12", "avril", "April", "à", "last", "year", "before", "the",
    "visit", "latest", "2021'den", "2022-ci", "ilin", "əvvəl", "с", "по", "до", "года", "قبل",
    "عام", "و2023", "-", ",", "?", "\ue000", "\ud800", "ﷺ", "'", "il y a", "31", "999", "months",
]  # fmt: skip


@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)),
    st.sampled_from((*LANGUAGES, "es", "")),
    st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)),
)
def test_any_text_has_a_sound_reading(text: str, language: str, today: datetime.date) -> None:
    when = when_of(text, language, today)
    first, last = when.period or (None, None)
    assert when.period is None or first or last
    if first and last:
        assert period_of(first)[0] <= period_of(last)[1]
    assert list(when.spans) == sorted(when.spans)
    assert all(0 <= start < end <= len(text) for start, end in when.spans)
    assert all(one[1] <= other[0] for one, other in zip(when.spans, when.spans[1:], strict=False))
    assert bool(when.spans) == (when != When())
    assert when.event is None or when.event in text
    assert all(period_of(a)[0] <= period_of(b)[1] for a, b in periods_in(text, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "piece",
    ["entre ", "de 2021 à ", "12 avril ", "1", "2022 ", "2022-", "last ", "when did x last x ",
     "before the ", "до визита ", "قبل زيارة ", "səfərinə qədər ", "M. ", "l'", "\u0301", "a"],
)  # fmt: skip
def test_a_question_of_repeated_pieces_is_read_in_no_time(language: str, piece: str) -> None:
    when_of("2022", language, TODAY)
    began = time.process_time()
    when_of((piece * 2_000)[:2_000], language, TODAY)
    assert time.process_time() - began < 1


def test_the_languages_name_the_same_things_and_repeat_nothing_without_end() -> None:
    tables = tomllib.loads(
        (Path(qa.times.__file__).with_name("words.toml")).read_text(encoding="utf-8")
    )
    assert set(tables) == set(LANGUAGES)
    needed = set.intersection(*(set(table) for table in tables.values()))
    assert needed >= {
        "numbers", "years", "not_years", "counted", "one", "many", "previous",
        "current", "next", "past", "ago", "yesterday", "day_before_yesterday", "last_month",
        "edges", "ranges", "since", "until", "before", "after", "during", "newest", "oldest",
        "event",
    }  # fmt: skip
    assert all(
        {*table["event"]} >= {"before", "after", "not", "nouns"} for table in tables.values()
    )
    assert not regex.search(r"(?<!\\)[*+]|\{\d+,\}", str(tables))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_examples_of_each_language(language: str) -> None:
    assert len(SAID[language]) >= 20
    assert len([one for one in QUIET if one[0] == language]) >= 15
