"""What countries are called: a language's names, and the adjectives made from them, by their forms.

Names come from CLDR through babel: of countries, of the cities that time zones are called after,
of currencies («dinar algérien») and of languages («turc»); the last two hold the adjectives. Each
language has its table, built once. What a text makes of them is left to `countries`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
from babel import Locale
from babel.core import get_global

from .function_words import FUNCTION_WORDS
from .words import LONGEST, fold

WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*+")
_BRACKETED = regex.compile(r"\(([\p{Lu}\p{Lo}][\p{L}\p{M}]+)\)")  # «Myanmar (Birmanie)»
_LAST_VOWEL = regex.compile(r"[aeéiouyаеиоуыэюяьйاة]\Z")

# Names that the press writes and babel lacks: CLDR's short and variant names, and a few more.
_VARIANTS = {
    "BA": {"en": "Bosnia"},
    "CD": {"fr": "RDC", "en": "DRC", "ar": "جمهورية الكونغو الديمقراطية", "ru": "ДРК", "az": "KDR",
           "tr": "Kongo Demokratik Cumhuriyeti"},
    "CG": {"fr": "République du Congo", "ar": "جمهورية الكونغو", "ru": "Республика Конго",
           "tr": "Kongo Cumhuriyeti"},
    "CI": {"en": "Ivory Coast", "ar": "كوت ديفوار", "az": "Fil Dişi Sahili",
           "tr": "Fildişi Sahili"},
    "CZ": {"fr": "République tchèque", "en": "Czech Republic", "ar": "جمهورية التشيك",
           "ru": "Чешская Республика", "az": "Çex Respublikası", "tr": "Çek Cumhuriyeti"},
    "GB": {"en": "UK", "ar": "بريطانيا", "ru": "Британия"},
    "HU": {"ar": "المجر"},
    "KP": {"ru": "Северная Корея"},
    "KR": {"ru": "Южная Корея"},
    "ML": {"ar": "جمهورية مالي", "az": "Mali Respublikası", "tr": "Mali Cumhuriyeti"},
    "PS": {"fr": "Palestine", "en": "Palestine", "ar": "فلسطين", "ru": "Палестина",
           "az": "Fələstin", "tr": "Filistin"},
    "TL": {"fr": "Timor-Oriental", "en": "East Timor", "ar": "تيمور الشرقية",
           "ru": "Тимор-Лесте", "tr": "Doğu Timor"},
    "TR": {"en": "Turkey"},
    "US": {"ru": "США", "az": "ABŞ", "tr": "ABD"},
    "ZA": {"ru": "ЮАР"},
}  # fmt: skip

# Forms of one word that are everyday words as well, where a capital does not tell them apart:
# «Maurice» is a man, «مالي» financial, «Limanı» the port, and «Maliyə naziri» keeps the money.
_EVERYDAY: Mapping[str, frozenset[str]] = {
    "fr": frozenset({"dominique", "malaise", "malaises", "maurice", "reunion"}),
    "en": frozenset({"reunion"}),
    "ar": frozenset({"مالي"}),
    "ru": frozenset({"rozhdestva"}),
    "az": frozenset({"mali", "maliye", "limani", "milad", "qeza"}),
    "tr": frozenset({"mali"}),
}
# Zones whose city tells no country: Jerusalem is two peoples'; in some language, the others are
# «wake», «Easter», «ترك» (he left) or «dili» (its language).
_NOWHERE = frozenset(
    f"{sea}/{name}"
    for sea, names in {
        "Asia": "Dili Jerusalem",
        "Indian": "Christmas Mahe",
        "Pacific": "Chuuk Easter Kanton Midway Wake",
    }.items()
    for name in names.split()
)

# What a word ends with, and what stands there in its forms («-»: nothing); the first that fits
# holds, and a word that none fits has no forms. Names in French, English and Arabic have one form,
# and so in Turkish, where an apostrophe sets the ending apart.
_RUSSIAN = "ий ый ая ое ие ые ого ому им ым ом ой ую их ых ими ыми"
_TURKIC = (
    "- ın in un ün nın nin nun nün ı i u ü nı ni nu nü yı yi yu yü a ə e ya yə ye na nə ne da də "
    "de nda ndə nde dan dən den ndan ndən nden la lə le yla ylə yle dır dir dur dür lar lər ler"
)
_Endings = Sequence[tuple[str, str]]
_AS_IS: _Endings = (("", "-"),)
_NAME_FORMS: Mapping[str, _Endings] = {
    "ru": (
        *((tail, _RUSSIAN) for tail in ("ий", "ый", "ая", "ое", "ие", "ые")),
        *((tail, tail) for tail in "иоуеэ"),
        ("ия", "ия ии ию ией"), ("я", "я и е ю ей"), ("а", "а ы и е у ой ей"),
        ("й", "й я ю ем е"), ("ь", "ь я и ю ем е"), ("ы", "ы - ов ам ами ах"),
        ("ет", "ет та ту том те"), ("", "- а у ом ем е"),
    ),
    "az": (("", _TURKIC),),
}  # fmt: skip
_ADJECTIVE_FORMS: Mapping[str, _Endings] = {
    "fr": (("que", "que ques c cs"), ("enne", "en ens enne ennes"), ("e", "e es - s"),
           ("", "- s e es ne nes")),
    "en": (("", "- s"),),
    "ar": tuple((tail, "ي ية يا يين يون يان يتين يتان يات") for tail in ("ية", "ي")),
    "ru": tuple((tail, _RUSSIAN) for tail in ("ий", "ый", "ая", "ое")),
    "az": (("", _TURKIC),),
    "tr": (("", _TURKIC),),
}  # fmt: skip
_INHABITANT = {"az": ("lı", "lu"), "tr": ("lı", "lu")}  # folded, «lı» is «li» and «lu» is «lü»

_ZONES = 4  # of a country that has more, only the cities that Windows names: «Mendoza» is a surname
_ALIKE = 3  # first letters that a country and its language share
_USUAL = 2  # adjectives that end alike, for others to be formed so
_ROOT, _CUT = 3, 3  # letters of a name before the o of «algéro-», at least; after it, at most


@dataclass(frozen=True, slots=True)
class Name:
    """A name or adjective of a country («», if it is a region), or of a city in it, by its time
    zone: the folded forms of each of its words, and how the word is written (0 either way, 1 with a
    capital, 2 in capitals)."""

    country: str
    city: str
    forms: tuple[frozenset[str], ...]
    capitals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A language's names by the forms of their first word, the longest first; and the countries
    that the first halves of words like «algéro-russe» mean, by their letters before the o."""

    names: Mapping[str, Sequence[Name]]
    halves: Mapping[str, str]


@cache
def countries() -> tuple[str, ...]:
    """ISO 3166 codes of the places that have a time zone, less Antarctica; and Kosovo."""
    return tuple(sorted({*get_global("zone_territories").values(), "XK"} - {"001", "ZZ", "AQ"}))


@cache
def table_of(language: str) -> Table:
    """The names in a language. One that two countries have is neither's; a country's goes before a
    region's, that before a city's, and that before an adjective."""
    locale = Locale.parse(language)
    zones = {(code, written): zone for code, written, zone in _cities(locale)}
    cities, adjectives = tuple(zones), tuple(_adjectives(locale))
    names: defaultdict[str, list[Name]] = defaultdict(list)
    halves: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    taken: set[tuple[str, ...]] = set()
    for source, endings in (
        (_names(locale), _NAME_FORMS),
        (_regions(locale), _NAME_FORMS),
        (cities, _NAME_FORMS),
        (adjectives, _ADJECTIVE_FORMS),
        (_guessed(locale, adjectives), _ADJECTIVE_FORMS),
    ):
        owners: defaultdict[tuple[str, ...], dict[str, tuple[tuple[str, ...], str]]]
        owners = defaultdict(dict)
        for code, written in source:
            words = _words(written, language)
            key = tuple(map(folded, words))
            if words and key not in taken:
                zone = zones.get((code, written), "") if source is cities else ""
                owners[key].setdefault(code, (words, zone))
        taken.update(owners)
        for owned in owners.values():
            (code, (words, zone)), *others = owned.items()
            forms = tuple(_forms(word, endings.get(language, _AS_IS)) for word in words)
            if len(forms) == 1:
                forms = (forms[0] - _EVERYDAY.get(language, frozenset()),)
            if others or not all(forms):
                continue
            name = Name(code, zone, forms, tuple(map(_capital, words)))
            for form in forms[0]:
                names[form].append(name)
            whole = folded(words[0])
            if code and len(words) == 1 and source is not cities:
                for cut in range(min(_CUT, len(whole) - _ROOT) + 1):
                    halves[whole[: len(whole) - cut]].add((cut, code))
    return Table(
        {form: sorted(those, key=lambda name: -len(name.forms)) for form, those in names.items()},
        {
            half: min(meant)[1]
            for half, meant in halves.items()
            if len({code for cut, code in meant if cut == min(meant)[0]}) == 1
        },
    )


def _words(name: str, language: str) -> tuple[str, ...]:
    """The words of a name, less its articles and prepositions («US» is none)."""
    functional = FUNCTION_WORDS.get(language, frozenset())
    return tuple(w for w in WORD.findall(name) if w.isupper() or w.lower() not in functional)


def _capital(word: str) -> int:
    return 2 if len(word) > 1 and word.isupper() else int(word[0].isupper())


def _forms(word: str, endings: _Endings) -> frozenset[str]:
    """The folded forms of a word; none if it does not end like the others of its kind."""
    lower = word.lower()
    for tail, others in endings:
        if lower.endswith(tail):
            root = lower.removesuffix(tail)
            # Letters are folded one by one, so that the root need not be folded with each ending.
            whole = folded(root) if root else ""
            return frozenset(whole + ending for ending in _folded_endings(others))
    return frozenset()


@cache
def _folded_endings(endings: str) -> tuple[str, ...]:
    return tuple("" if ending == "-" else folded(ending) for ending in endings.split())


def _names(locale: Locale) -> Iterator[tuple[str, str]]:
    for code in countries():
        yield code, _BRACKETED.sub("", locale.territories.get(code, ""))
        yield code, _VARIANTS.get(code, {}).get(locale.language, "")


def _regions(locale: Locale) -> Iterator[tuple[str, str]]:
    """What is no country, and would be taken for one: «Cənubi Amerika» (South America)."""
    for code, name in locale.territories.items():
        if code not in countries():
            yield "", name


def _cities(locale: Locale) -> Iterator[tuple[str, str, str]]:
    """The cities of time zones, with their zones, and what a country's name has in brackets."""
    zones, aliases = get_global("zone_territories"), get_global("zone_aliases")
    many = {code for code, count in Counter(zones.values()).items() if count > _ZONES}
    great = {aliases.get(zone, zone) for zone in get_global("windows_zone_mapping").values()}
    for zone in sorted({*zones, *locale.time_zones}):
        main = aliases.get(zone, zone)
        code = zones.get(main)
        if code in countries() and main not in _NOWHERE and (code not in many or main in great):
            city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2]
            yield code, _BRACKETED.sub("", city.replace("_", " ")), main
    for code in countries():
        for name in _BRACKETED.findall(locale.territories.get(code, "")):
            yield code, name, ""


def _adjectives(locale: Locale) -> Iterator[tuple[str, str]]:
    """What the names of a country's currencies say beside «dinar», and those of the varieties of
    English beside «anglais»; and the languages that are called like their country."""
    owned = [
        *((code[:2], name) for code, name in locale.currencies.items()),
        *((code[3:], name) for code, name in locale.languages.items() if code.startswith("en_")),
    ]
    named = [(code, name.split()) for code, name in owned if code in countries() and " " in name]
    # «dinar» opens or closes many names: it stands where fewer different words do.
    opens = len({words[0] for _, words in named}) < len({words[-1] for _, words in named})
    found = [(code, " ".join(words[1:] if opens else words[:-1])) for code, words in named]
    for code, name in locale.languages.items():
        home = get_global("likely_subtags").get(code, "").rpartition("_")[2]
        if len(code) == 2 and home in countries():
            name = name.removeprefix("ال")
            if " " not in name and _alike(name, locale.territories.get(home, "")):
                found.append((home, name))
    for ending in _INHABITANT.get(locale.language, ()):
        found += [(code, name + ending) for code, name in _names(locale) if name]
    for code, adjective in found:
        yield code, _cased(adjective, locale)


def _cased(adjective: str, locale: Locale) -> str:
    """An adjective as it is written alone, which is as languages are: without a capital in French,
    whatever the currency has."""
    return adjective.lower() if locale.languages.get("en", "").islower() else adjective


def _alike(language: str, country: str) -> bool:
    first = folded(language)[:_ALIKE]
    words = (folded(word).removeprefix("ال") for word in WORD.findall(country))
    return any(word.startswith(first) for word in words)


def _guessed(locale: Locale, adjectives: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Adjectives of the countries that have none like their name, formed as those of the others:
    «sénégalais» as «soudanais»."""
    if locale.language not in _ADJECTIVE_FORMS or locale.language in _INHABITANT:
        return
    roots: dict[str, str] = {}
    for code, name in _names(locale):
        root = _LAST_VOWEL.sub("", name.removeprefix("ال"))
        if root.isalpha() and len(root) > _ROOT:
            roots[code] = _cased(root, locale)
    endings: Counter[str] = Counter()
    regular = set()
    for code, adjective in dict.fromkeys(adjectives):
        root = roots.get(code, "")
        if root and adjective.isalpha() and folded(adjective).startswith(folded(root)):
            regular.add(code)
            endings[adjective[len(root) :]] += 1
    for code, root in roots.items():
        for ending, times in endings.items():
            if code not in regular and ending and times >= _USUAL:
                yield code, root + ending


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """A word as it is compared. Scripts without capitals keep their letters: in Latin ones, Arabic
    «عمان» (Oman) is «من» (from)."""
    word = word[:LONGEST]
    if word[0].lower() != word[0].upper():
        return fold(word)
    plain = unicodedata.normalize("NFKD", word).replace("ى", "ي")
    return "".join(c for c in plain if not unicodedata.combining(c))
