"""A question that leans on what was asked before → the question that is meant.

`completion` knows the ways of leaning, `pronouns` one of them; `substitution` puts one part of a
question in the place of another. What the parts are is `parts`, how a question is taken apart
`utterances`, and the words that tie questions together `tongues` and its table.
"""

from __future__ import annotations

from .completion import completed, spoken
from .substitution import LONGEST
from .utterances import Earlier

__all__ = ["LONGEST", "Earlier", "completed", "spoken"]
