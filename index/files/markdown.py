"""What a Markdown text says of itself: the fields between «---» and «---», and its first heading.

The text itself is kept as it is written, marks and all.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(
    r"\ufeff?---[ \t]*\r?\n((?:(?!---[ \t]*\r?$)[^\n]{0,1000}\n){0,200}?)---[ \t]*(?:\r?\n|\Z)",
    re.M,
)
_HEADING = re.compile(r"\s*#{1,6}[ \t]+([^\r\n]{1,300}?)[ \t]*#*[ \t]*(?:[\r\n]|\Z)")
_FIELD = re.compile(r"^(title|date|agency|source)[ \t]*:[ \t]*([^\r\n]+?)[ \t]*\r?$", re.M)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields of a text that are known here («title», «date», «agency», «source»), and the text
    without them; the first heading is a title too."""
    block = _BLOCK.match(text)
    body = text[block.end() :] if block else text
    fields = {name: value.strip("\"'") for name, value in _FIELD.findall(block[1] if block else "")}
    if "title" not in fields and (heading := _HEADING.match(body)):
        fields["title"] = heading[1]
    return fields, body
