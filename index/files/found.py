"""What reading a folder gives: files with their text and what they say of themselves, or why not;
and which kinds of file are read at all."""

from __future__ import annotations

from dataclasses import dataclass, fields

PLAIN = frozenset({".txt", ".md"})  # read as they are
PARSED = frozenset({".html", ".htm", ".pdf", ".docx", ".eml"})  # by other people's parsers
TABLES = frozenset({".csv", ".jsonl"})  # an article a row
ARCHIVES = frozenset({".zip"})
DOCUMENTS = PLAIN | PARSED  # one document a file
SUFFIXES = DOCUMENTS | TABLES | ARCHIVES

MAX_BYTES = 20_000_000  # of a text
MAX_FILE_BYTES = 100_000_000  # of a file with pictures in it: PDF, Word, mail
EXAMPLE = "text=body,title=headline,date=published,agency=source"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says about itself outside its text; what it does not say is None.

    `date` is an ISO string of any precision, `date_origin` "metadata" or "name" of the file,
    `pages` the offsets in the text at which pages begin, the first of them 0, or () where there are
    none.
    """

    title: str | None = None
    date: str | None = None
    date_origin: str | None = None
    agency: str | None = None
    language: str | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One readable file: `source` is its path relative to the folder, with forward slashes.

    Of a member of an archive it goes on with the member's path («news.zip/2022/a.txt»), of a row
    with its number («news.csv#3»). `sha256` is of the bytes of the file or member, or of what the
    row holds in the columns that are read.
    """

    source: str
    text: str
    sha256: str
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file whose content is the one that is known already; its text is not read."""

    source: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not indexed, and why, in a few words."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of tables are called that hold an article's text and, where there are such
    columns, its title, date and agency.

    Raises `ValueError` for a name that `parse` could not give back.
    """

    text: str
    title: str | None = None
    date: str | None = None
    agency: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            name = getattr(self, field.name)
            if name is not None and (not name or name != name.strip() or "," in name):
                raise ValueError(
                    f"the column {name!r} cannot be named; expected a name without commas, and "
                    "without blanks at its ends"
                )

    @classmethod
    def parse(cls, line: str) -> Columns:
        """Columns from «text=body,title=headline,date=published,agency=source», of which only the
        text's is needed; `ValueError` for another line."""
        given: dict[str, str] = {}
        known = [field.name for field in fields(cls)]
        for pair in line.split(","):
            part, equals, column = (side.strip() for side in pair.partition("="))
            if not equals or part not in known or part in given or not column:
                raise ValueError(f"{line!r} does not name columns; expected e.g. {EXAMPLE}")
            given[part] = column
        if "text" not in given:
            raise ValueError(f"{line!r} does not name the column of the text; expected {EXAMPLE}")
        return cls(**given)

    def __str__(self) -> str:
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ",".join(f"{part}={column}" for part, column in named if column is not None)
