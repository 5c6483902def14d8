"""Texts that would be something else in HTML, and what an HTML parser reads, for the tests of what
the window shows."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = {
    "list": "1945. Cette phrase ouvre une liste.",
    "heading": "# Pas un titre",
    "stars": "*une* **deux** _trois_ __quatre__ ~~cinq~~",
    "html": '<img src=x onerror="alert(1)"> <script>x</script> </div></mark>',
    "entity": "Smith &amp; fils &lt;b&gt; &#42;",
    "tex": "de $x^2$ à $$y$$, \\(z\\) et \\[w\\]",
    "link": "voir https://example.invalid/a_b?x=1&y=2 www.example.invalid a@example.invalid",
    "markdown link": "[ici](javascript:alert(1)) ![image](https://example.invalid/i.png)",
    "code": "`code` ```fence``` ~~~",
    "spaces": "  deux  espaces   et\tune tabulation  ",
    "lines": "une ligne\n\nune autre\r\nune troisième\n    quatre",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "quotes": '« D\'accord », dit-elle. "Oui" `non` ’',
    "emoji": "Paix 🕊️ 🇩🇿🇦🇿 👩‍⚖️ é e\u0301",
    "arabic": "قال الوزير: «نعم»\u200f (2025).",
    "separators": "a\u2028b\u2029c\u0085d\u00a0e\ufefff",
    "template": "${value} {{value}} {% raw %} <%= x %>",
    "thinking": "<think>non</think> <thinking> </think>",
}

Attributes = dict[str, str | None]


class Reading(HTMLParser):
    """The text of a fragment, of its marks, and its elements, as an HTML parser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, Attributes]] = []
        self.inside: dict[str, str] = {}
        self.begins: dict[str, int] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open, "an element is left open"

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def all(self, tag: str, kind: str | None = None) -> list[Attributes]:
        """The attributes of the elements of this tag, and of this class where one is given."""
        return [a for name, a in self.elements if name == tag and kind in (None, a.get("class"))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "input":  # which nothing closes
            return
        name = f"{tag}.{dict(attrs).get('class')}"
        self._open.append((tag, name))
        self.inside.setdefault(name, "")
        self.begins.setdefault(name, len(self.text))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, name in self._open:
            self.inside[name] += data
