"""What an index costs against its passages, drawn; `benchmarks.scale` measures it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from .scale import Size

Curve = Callable[["Size"], float]

CURVES: Mapping[str, Mapping[str, Curve]] = {
    "build without encoding, s": {"build": lambda size: size.built.seconds},
    "open and first answer, s": {"open": lambda size: size.fresh.open_seconds},
    "search, ms": {
        "p95": lambda size: size.fresh.p95_ms,
        "p50": lambda size: size.fresh.p50_ms,
    },
    "memory of a search, MB": {
        "peak": lambda size: size.fresh.searched.peak_mb,
        "without mapped files": lambda size: (
            size.fresh.searched.resident_mb - size.fresh.searched.mapped_mb
        ),
        "imports alone": lambda size: size.fresh.imported.resident_mb,
    },
    "disk, MB": {
        "SQLite": lambda size: size.built.sqlite_bytes / 1e6,
        "FAISS": lambda size: size.built.faiss_bytes / 1e6,
    },
}


def draw(sizes: Sequence[Size], path: Path) -> None:
    """Write the curves to `path`, both axes logarithmic, as the kind of picture that its name ends
    in."""
    figure = Figure(figsize=(3.2 * len(CURVES), 3.2), layout="constrained")
    passages = [size.built.passages for size in sizes]
    for axes, (title, curves) in zip(figure.subplots(1, len(CURVES)), CURVES.items(), strict=True):
        for name, value in curves.items():
            axes.loglog(passages, [value(size) for size in sizes], marker="o", label=name)
        axes.set_title(title)
        axes.set_xlabel("passages")
        axes.grid(alpha=0.3)
        if len(curves) > 1:
            axes.legend()
    figure.savefig(path, metadata={"Date": None})
