"""A mail → its text, subject, day and, where an agency is the sender, its name.

The plain text is taken, or else the web page that stands for it. What is attached is named and not
read.
"""

from __future__ import annotations

import re
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from .decoding import decode
from .html import article
from .parsed import Parsed, one_line

MAX_PARTS = 1_000
MAX_HEADER = 5_000  # characters
# «APS», «AZERTAC News», «РИА Новости»; «DUPONT Jean» is a person.
_AGENCY = re.compile(
    r"(?:[A-ZÇƏĞİÖŞÜÉА-ЯЁ]{2,20}|Reuters|Xinhua|Sputnik)"
    r"(?: (?:News|Press|Presse|Agency|Новости|Haber))?"
)


def parse_mail(data: bytes) -> Parsed:
    """The text of a mail. Raises `ValueError` if there is none that can be read."""
    mail = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(mail, EmailMessage) or not mail.keys():
        raise ValueError("not a mail")
    parts = []
    for part in mail.walk():
        parts.append(part)
        if len(parts) > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS:,} parts")
    attached = tuple(name for part in parts if (name := _attached(part)))
    body = [part for part in parts if not part.is_multipart() and not _attached(part)]
    for kind in ("text/plain", "text/html"):
        texts = [text for part in body if part.get_content_type() == kind if (text := _text(part))]
        if texts:
            return Parsed(
                "\n\n".join(texts),
                title=one_line(str(_header(mail, "subject") or ""), 300),
                date=_day(mail),
                agency=_agency(mail),
                attachments=attached,
            )
    raise ValueError("no text in it")


def _attached(part: EmailMessage) -> str | None:
    """The name of what is attached, or None for a part of the text."""
    name = part.get_filename()
    return name or ("nameless" if part.get_content_disposition() == "attachment" else None)


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = decode(payload, part.get_content_charset())
    if part.get_content_type() == "text/html":
        text = article(text).text
    return text.replace("\r\n", "\n").strip()


def _header(mail: EmailMessage, name: str) -> Any:
    """A header, unless it is so long that to parse it would take all the memory there is."""
    lengths = [len(str(value)) for key, value in mail.raw_items() if key.lower() == name]
    return mail[name] if max(lengths, default=0) <= MAX_HEADER else None


def _day(mail: EmailMessage) -> str | None:
    """The day on which it was sent, where it was sent."""
    sent = getattr(_header(mail, "date"), "datetime", None)
    return sent.date().isoformat() if isinstance(sent, datetime) else None


def _agency(mail: EmailMessage) -> str | None:
    senders = getattr(_header(mail, "from"), "addresses", ())
    name = one_line(senders[0].display_name, 60) if senders else None
    return name if name and _AGENCY.fullmatch(name) else None
