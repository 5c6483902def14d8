"""Files → index: what changed is read, cut, encoded and stored as one change.

`build` makes an index agree with a folder; `add`, `update` and `remove` do part of that. Only files
whose content differs from what the index holds are encoded, and what is encoded survives a build
that is stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .encoder import Encoder
from .entries import RECIPE, cuts_of, entries_of
from .errors import CorpusError, IndexMissingError, ModelError
from .files import SUFFIXES, Columns, Skipped, SourceFile, Unchanged, read_folder
from .places import store_at
from .staging import discard, staging
from .store import Store, Writer

STAGED = "encoding.sqlite"
NO_SENTENCE = "no sentence in it"
_ANY = ("",)  # every source is below this one
_PARENT = re.compile(r"[/#]")  # before these is what a source lies below, if anything

# How many of how many changed documents are stored, and how many passages that makes so far.
Progress = Callable[[int, int, int], None]


def silent(done: int, total: int, passages: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a change did: the sources added, changed, removed and left as they were, the files
    skipped, and a warning where something that can be derived again could not be written."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    warning: str | None = None


def build(
    folder: Path,
    into: Store | Path | str,
    encoder: Encoder,
    progress: Progress = silent,
    *,
    columns: Columns | None = None,
) -> Report:
    """Bring the index at `into` up to date with the documents below `folder`.

    What the folder no longer holds, or no longer as readable text, is removed from the index.
    `columns` says which columns of tables of articles hold what; those of the last build if None.
    Raises `CorpusError`, `IndexBusyError`, `IndexWriteError`, `IndexDamagedError` or `ModelError`;
    the index is then as it was before.
    """
    store = store_at(into)
    with store.alone():
        known = _known(store, encoder)
        if known and known.corpus != folder.resolve():
            raise CorpusError(
                f"the index at {store.place} is that of {known.corpus}, not of {folder.resolve()}; "
                "build into another folder, or delete it first"
            )
        change = _Change(store, encoder, folder, known, columns, progress)
        return change.make(change.read(_ANY), gone_below=_ANY)


def add(
    paths: Sequence[Path], into: Store | Path | str, encoder: Encoder, progress: Progress = silent
) -> Report:
    """Bring the index at `into` up to date with these files and folders alone, which lie in the
    folder that it was built from. Raises as `build` does, and `IndexMissingError`."""
    store = store_at(into)
    with store.alone():
        known = _required(store, encoder)
        sources = [_source(known.corpus, path) for path in paths]
        change = _Change(store, encoder, known.corpus, known, None, progress)
        found = change.read(sources)
        here = {*known.hashes, *(item.source for item in found)}
        for path, source in zip(paths, sources, strict=True):
            if not any(_below(one, [source]) for one in here):
                raise CorpusError(f"{path}: nothing in it is read, since it is hidden or empty")
        return change.make(found, gone_below=sources)


def update(into: Store | Path | str, encoder: Encoder, progress: Progress = silent) -> Report:
    """Bring the documents that the index at `into` holds up to date with their files: those that
    changed are indexed again, those that are gone removed; new files stay out. Raises as `add`."""
    store = store_at(into)
    with store.alone():
        known = _required(store, encoder)
        change = _Change(store, encoder, known.corpus, known, None, progress)
        above = {
            source[: end.start()] for source in known.hashes for end in _PARENT.finditer(source)
        }
        found = [
            item
            for item in change.read(_ANY)
            if item.source in known.hashes or (isinstance(item, Skipped) and item.source in above)
        ]
        return change.make(found, gone_below=_ANY)


def remove(sources: Sequence[str], into: Store | Path | str) -> Report:
    """Forget the documents of these sources, or below them where they are folders, archives or
    tables. Their files stay; the next `build` would take them in again. Raises `CorpusError` for a
    source that the index does not hold, or where no document would be left, and as `add`."""
    store = store_at(into)
    with store.alone():
        with store.reading() as snapshot:
            meta, hashes = dict(snapshot.meta()), snapshot.hashes()
        gone = sorted(source for source in hashes if _below(source, sources))
        for source in sources:
            if not any(_below(one, [source]) for one in gone):
                raise CorpusError(f"the index at {store.place} holds no document {source!r}")
        if len(gone) == len(hashes):
            raise CorpusError(f"the index at {store.place} would hold no document any more")
        recorded = {name: meta[name] for name in ("model", "recipe", "corpus", "columns")}
        with store.writing(recorded) as writer:
            for source in gone:
                writer.remove(source)
        left = tuple(sorted(hashes.keys() - set(gone)))
        return Report((), (), tuple(gone), left, (), writer.warning)


def corpus_of(store: Store, meta: Mapping[str, str]) -> Path:
    """The folder of the documents that the index in a store was built from."""
    return Path(os.path.normpath(store.folder.resolve() / meta["corpus"]))


@dataclass(frozen=True, slots=True)
class _Known:
    """What an index holds already: the hashes of its files by source, empty ones where all has to
    be computed again, the folder it was built from, the columns of its tables, and its recipe."""

    hashes: dict[str, str]
    corpus: Path
    columns: Columns | None
    recipe: str


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of an index, `known` before it."""

    store: Store
    encoder: Encoder
    folder: Path
    known: _Known | None
    given: Columns | None
    progress: Progress

    @property
    def columns(self) -> Columns | None:
        return self.given or (self.known.columns if self.known else None)

    def read(self, sources: Sequence[str]) -> list[SourceFile | Unchanged | Skipped]:
        """What lies in the folder, of these sources or below them."""
        known = self.known.hashes if self.known else {}
        return list(read_folder(self.folder, self.columns, sources=sources, known=known))

    def make(
        self, found: Sequence[SourceFile | Unchanged | Skipped], gone_below: Sequence[str]
    ) -> Report:
        """Store what is found, and forget what is known below these sources but not found."""
        fresh = [item for item in found if isinstance(item, SourceFile)]
        unchanged = [item.source for item in found if isinstance(item, Unchanged)]
        skipped = [item for item in found if isinstance(item, Skipped)]
        hashes = self.known.hashes if self.known else {}
        here = {*unchanged, *(file.source for file in fresh)}
        gone = sorted(s for s in hashes.keys() - here if _below(s, gone_below))
        if len(gone) == len(hashes) and not here:
            raise CorpusError(_nothing_in(self.folder, skipped))
        wordless: list[Skipped] = []
        warning = None
        if fresh or gone or (self.known and self.columns != self.known.columns):
            wordless, warning = self._store(fresh, gone)
        else:  # a build that was killed when all was done may have left it
            discard(self.store.folder / STAGED)
            warning = self.store.derive()
        left_out = {item.source for item in wordless}
        return Report(
            added=tuple(f.source for f in fresh if f.source not in hashes.keys() | left_out),
            changed=tuple(f.source for f in fresh if f.source in hashes.keys() - left_out),
            removed=tuple(sorted({*gone, *(left_out & hashes.keys())})),
            unchanged=tuple(unchanged),
            skipped=(*skipped, *wordless),
            warning=warning,
        )

    def _store(
        self, fresh: Sequence[SourceFile], gone: Sequence[str]
    ) -> tuple[list[Skipped], str | None]:
        """Store what changed, all of it or nothing; returns the files in which there is no
        sentence, and a warning."""
        known = self.known
        left = known.hashes.keys() - {*gone, *(file.source for file in fresh)} if known else ()
        meta = {
            "model": self.encoder.model,
            "recipe": known.recipe if known and left else RECIPE,
            "corpus": os.path.relpath(self.folder.resolve(), self.store.folder.resolve()),
            "columns": str(self.columns or ""),
        }
        wordless: list[Skipped] = []
        done = passages = 0
        with ExitStack() as stack:
            kept = stack.enter_context(staging(self.store.folder / STAGED))
            writer: Writer = stack.enter_context(self.store.writing(meta))
            for source in (*gone, *(file.source for file in fresh)):
                writer.remove(source)
            self.progress(0, len(fresh), 0)
            for cut in cuts_of(fresh):
                empty = [Skipped(c.file.source, NO_SENTENCE) for c in cut if not c.sentences]
                wordless += empty
                done += len(empty)
                for entry in entries_of([c for c in cut if c.sentences], self.encoder, kept):
                    writer.add(entry)
                    done += 1
                    passages += len(entry.passages)
                    self.progress(done, len(fresh), passages)
            if not writer.documents():
                raise CorpusError(_nothing_in(self.folder, wordless))
        return wordless, writer.warning


def _known(store: Store, encoder: Encoder) -> _Known | None:
    """What the index holds, or None if there is none yet."""
    try:
        with store.reading() as snapshot:
            meta, hashes = dict(snapshot.meta()), snapshot.hashes()
    except IndexMissingError:
        return None
    if meta["model"] != encoder.model:
        raise ModelError(
            f"the index at {store.place} was built with the model {meta['model']!r}, not "
            f"{encoder.model!r}; build into another folder, or delete it first"
        )
    if meta["recipe"] != RECIPE:  # everything has to be computed again
        hashes = dict.fromkeys(hashes, "")
    columns = Columns.parse(meta["columns"]) if meta.get("columns") else None
    return _Known(hashes, corpus_of(store, meta), columns, meta["recipe"])


def _required(store: Store, encoder: Encoder) -> _Known:
    known = _known(store, encoder)
    if known is None:
        raise IndexMissingError(
            f"no index at {store.place}; build one: python -m index build FOLDER"
        )
    return known


def _below(source: str, above: Collection[str]) -> bool:
    """Whether a source is one of these, or lies below one: in a folder, an archive or a table."""
    return any(
        not one or source == one or source.startswith((f"{one}/", f"{one}#")) for one in above
    )


def _source(corpus: Path, path: Path) -> str:
    """The source of a file or folder; "" for the corpus itself."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `..` has to go, links have to stay
    inside = [one for one in (absolute, path.resolve()) if one.is_relative_to(corpus)]
    if not inside:
        raise CorpusError(
            f"{path} is not in {corpus}, which the index was built from; put it there first"
        )
    if not path.exists():
        raise CorpusError(f"{path}: expected a file or a folder, found nothing")
    source = inside[0].relative_to(corpus).as_posix()
    return "" if source == "." else source


def _nothing_in(folder: Path, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"{folder} holds no documents; expected files in {', '.join(sorted(SUFFIXES))}"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{folder} holds no readable document: {first.source}: {first.reason}{more}"
