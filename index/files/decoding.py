"""Bytes → text, never with a character that is not in the bytes.

A text is UTF-8, with or without a mark, or UTF-16 or UTF-32 with a mark. Another is decoded as what
the file itself declares, or else as what its letters leave no doubt of: charset-normalizer says
which encodings are possible, and those that give letters which no language puts side by side are
out. Where two different texts are left, or none, the file is not read. Whatever is decoded encodes
to the same bytes again.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

_MARKS = (  # UTF-32 before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text may hold tabs, line ends and form feeds; any other control character means it is no text.
_NOT_TEXT = re.compile(r"[^\t\n\f\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\U0010ffff]")

# What files declare by these names is one of Windows' encodings, which hold theirs (WHATWG).
_MEANT = {
    **dict.fromkeys(("ascii", "us-ascii", "iso8859-1", "iso-8859-1", "latin-1"), "cp1252"),
    **dict.fromkeys(("iso8859-9", "iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
}

# What is detected: the encodings of texts in the languages below, and cp1250, which is taken for
# cp1252 where it is not among them. Of two that give one text, the first is named.
_ENCODINGS = (
    *("cp1252", "cp1254", "iso8859_9", "iso8859_15", "cp1250", "iso8859_2", "cp850", "mac_roman"),
    *("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "mac_cyrillic"),
    *("cp1256", "iso8859_6", "cp1253", "iso8859_7", "cp1255", "iso8859_8"),
)
_SAMPLE = 100_000  # bytes by which charset-normalizer judges
_JUDGED = 500_000  # bytes of different words by which letters are judged
_HIGH = re.compile(rb"[\x80-\xff]")
_BYTE_WORD = re.compile(rb"\S{1,1000}")
_FEWEST_LETTERS = 40  # of a text whose encoding is told by them
_LIKELY = 0.1  # of coherence that the only plausible text may stay behind the likeliest one
_OWN_LETTERS = 0.9  # of the letters beyond ASCII that one language has to have
_ALPHABETS = tuple(
    frozenset(lower + lower.upper())
    for lower in (
        "àâæçéèêëîïôœùûüÿ",
        "äöüß",
        "áéíñóúü",
        "àèéìíîòóùú",
        "çğıöşüâîûi̇İ",
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґў",
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگک" + "".join(map(chr, range(0x64B, 0x653))) + "ـ",
    )
)
# Of a foreign name; the same in all of Windows' encodings that have them, so they are no mistake.
_FOREIGN = frozenset("áâäçéëíîóôöúüßÁÂÄÇÉËÍÎÓÔÖÚÜ")
_SIGNS = frozenset("«»“”„‘’‚‹›–—…•·№§°€£©®™²³ª º¿¡،؛؟ـ\xa0\xad\u200c\u200d\u200e\u200f")
# A letter of one script beside one of another, a sign inside a word, a capital after a small one.
_LATIN, _CYRILLIC, _ARABIC = "A-Za-zÀ-ɏ", "Ѐ-ӿ", "ء-ۓ"
_BROKEN = re.compile(
    rf"[{_LATIN}][{_CYRILLIC}{_ARABIC}]|[{_CYRILLIC}][{_LATIN}{_ARABIC}]|[{_ARABIC}][{_LATIN}{_CYRILLIC}]"
    r"|[^\W\d_][£§€©®™²³¿¡][^\W\d_]|[^\W\d_][£§€¿¡]"
    r"|[a-zß-öø-ÿœа-яё][À-ÖØ-ÞŒĞİŞА-ЯЁ](?![A-Z])"
)
# Where one reading has signs alone («the country’s») and another letters instead («countryís»), it
# is the signs, if each of them is where such a sign is written.
_MISPLACED_SIGN = re.compile(
    r"[^\x00-\x7f’“”–—«»\xa0]|[^\W\d_][^\x00-\x7f’][^\W\d_]|[^\W\d_][–—“]|”[^\W\d_]"
    r"|(?<!\b[cdjlmnst])(?<!\bqu)(?<!squ)(?<!aujourd)’(?!(?:s|t|d|m|re|ve|ll)\b)(?=[^\W\d_])",
    re.I,
)


def decode(data: bytes, declared: str | None = None) -> str:
    """Bytes → text, line ends and all, or `ValueError` with the reason in a few words; `declared`
    is the encoding that the file names, if it names one."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = _exactly(data, encoding)
    except UnicodeDecodeError as fault:
        if encoding != "utf-8":
            raise ValueError(_wrong_byte(data, encoding, fault.start)) from fault
        if b"\0" in data[:4096]:
            raise ValueError("not a text file (binary content)") from fault
        other = _declared(data, declared) or _detected(data)
        if not other:
            wrong = _wrong_byte(data, encoding, fault.start)
            raise ValueError(f"{wrong}, nor of another encoding beyond doubt") from fault
        text = other
    check_characters(text)
    return text


def encoding_of(head: bytes) -> str:
    """The encoding of a long text that begins like this, or `ValueError`. What comes later may
    still not be of it."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as fault:
        found = _likeliest(head) if encoding == "utf-8" else None
        if found is None:
            wrong = _wrong_byte(head, encoding, fault.start)
            raise ValueError(f"{wrong}, nor of another encoding beyond doubt") from fault
        encoding = found[0]
    return encoding


def check_characters(text: str) -> None:
    """Raise `ValueError` if there is a character that no text holds."""
    wrong = _NOT_TEXT.search(text)
    if wrong:
        kind = "lone surrogate" if "\ud800" <= wrong[0] <= "\udfff" else "control character"
        raise ValueError(f"not a text file ({kind} U+{ord(wrong[0]):04X} at {wrong.start()})")


def without_controls(text: str) -> str:
    """A text that a parser made, without what no text holds: a surrogate that stands alone is a
    character that is not known, and a control character none at all."""
    return _NOT_TEXT.sub(lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else "", text)


def _exactly(data: bytes, encoding: str) -> str:
    """`UnicodeDecodeError` unless the text encodes to the same bytes again."""
    text = data.decode(encoding)
    if encoding not in ("utf-8", "utf-8-sig", "utf-16", "utf-32") and text.encode(encoding) != data:
        raise UnicodeDecodeError(encoding, data, 0, len(data), "it encodes to other bytes")
    return text


def _declared(data: bytes, declared: str | None) -> str | None:
    if declared is None:
        return None
    name = declared.strip().lower()
    try:
        codec = codecs.lookup(_MEANT.get(name.replace("_", "-"), name))
        if not codec._is_text_encoding:  # «base64» and the like
            return None
        return _exactly(data, _MEANT.get(codec.name, codec.name))
    except (LookupError, ValueError):
        return None


def _detected(data: bytes) -> str | None:
    found = _likeliest(data)
    return found[1] if found else None


def _likeliest(data: bytes) -> tuple[str, str] | None:
    """The only encoding that gives a plausible text, and the text; None where there are two."""
    from charset_normalizer import from_bytes

    begin = max(0, _beyond_ascii(data) - 500)
    matches = from_bytes(
        data[begin : begin + _SAMPLE],
        cp_isolation=list(_ENCODINGS),
        preemptive_behaviour=False,
        enable_fallback=False,
    )
    coherences = {name: m.coherence for m in matches for name in m.could_be_from_charset}
    judged = _judged(data, begin)
    texts: dict[str, str] = {}
    for encoding in _ENCODINGS:
        if encoding not in coherences:
            continue
        try:
            text = _exactly(judged, encoding)
        except UnicodeError:
            continue
        if _plausible(text) and text not in texts.values():
            texts[encoding] = text
    if len(texts) > 1:
        texts = {name: text for name, text in texts.items() if _has_signs_alone(text)}
    if len(texts) != 1:
        return None
    (encoding,) = texts
    if coherences[encoding] < max(coherences.values()) - _LIKELY:
        return None
    try:
        return encoding, _exactly(data, encoding)
    except UnicodeError:
        return None


def _beyond_ascii(data: bytes) -> int:
    """Where the first byte beyond ASCII is."""
    found = _HIGH.search(data)
    return found.start() if found else len(data)


def _judged(data: bytes, begin: int) -> bytes:
    """The beginning, the different words beyond ASCII, and each byte that there is beyond it."""
    words: dict[bytes, None] = {}
    size = 0
    for found in _BYTE_WORD.finditer(data):
        word = found[0]
        if not word.isascii() and word not in words:
            words[word] = None
            size += len(word)
            if size > _JUDGED:
                break
    high = sorted(byte for byte in set(data) if byte > 0x7F)
    return b" ".join((data[begin : begin + 1_000], *words, *(bytes((byte,)) for byte in high)))


def _plausible(text: str) -> bool:
    """Whether one language has these letters, and writes them side by side."""
    counted = Counter(text)
    letters = Counter({c: n for c, n in counted.items() if c > "\x7f" and c.isalpha()})
    signs = {c for c in counted if c > "\x7f" and not c.isalpha()}
    marks = {c for c in signs if any(c in alphabet for alphabet in _ALPHABETS)}
    if sum(n for c, n in counted.items() if c.isalpha()) < _FEWEST_LETTERS:
        return False
    if not signs - marks <= _SIGNS or _BROKEN.search(text) or _NOT_TEXT.search(text):
        return False
    return not letters or any(
        letters.keys() <= alphabet | _FOREIGN
        and sum(n for c, n in letters.items() if c in alphabet) >= _OWN_LETTERS * letters.total()
        for alphabet in _ALPHABETS
    )


def _has_signs_alone(text: str) -> bool:
    beyond_ascii = {c for c in text if c > "\x7f"}
    return not any(map(str.isalpha, beyond_ascii)) and not _MISPLACED_SIGN.search(text)


def _wrong_byte(data: bytes, encoding: str, at: int) -> str:
    return f"not {encoding} text: byte 0x{data[at]:02x} at {at}"
