"""`python -m qa.reader.train.communiques FILE…`: check frames and show an item of each."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from .frames import FrameError, frames_of, unknown_slots
from .items import item_of
from .world import LANGUAGES, read_world


def main(paths: list[str]) -> int:
    """Check each file; returns 1 if there is a fault in one, else 0."""
    world, chance, faults = read_world(), random.Random(), 0
    for path in map(Path, paths):
        try:
            frames = frames_of(path)
        except FrameError as fault:
            print(f"error: {fault}")
            faults += 1
            continue
        for frame in frames:
            for slot in sorted(set(unknown_slots(frame, world))):
                print(f"error: {path.name}, {frame.id}: no slot {slot}")
                faults += 1
            if faults:
                continue
            item = item_of(frame, world, chance)
            words = len(item.text.split())
            print(f"── {frame.id} ({frame.language}, {words} words)\n{item.text}\n")
            for number in range(len(frame.asks)):
                asked = item.asked(number, chance.choice(LANGUAGES), chance)
                answers = " | ".join(item.text[a:b] for a, b in asked.spans)
                print(f"   {asked.language} {asked.question}  →  {answers or '—'}")
            print()
    return 1 if faults else 0


sys.exit(main(sys.argv[1:]))
