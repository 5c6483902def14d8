"""Filters as conditions of SQL."""

from __future__ import annotations

import json

from ..filters import Filters

GIVEN = "(SELECT value FROM json_each(?))"  # of values that one parameter holds, as JSON


def conditions(filters: Filters) -> tuple[str, list[str]]:
    """Conditions on passages joined with their documents, each after an AND, and their values."""
    conditions, values = "", []
    if filters.sources is not None:
        conditions += f" AND documents.source IN {GIVEN}"
        values.append(json.dumps(list(filters.sources)))
    if filters.languages is not None:
        conditions += f" AND passages.language IN {GIVEN}"
        values.append(json.dumps(list(filters.languages)))
    if filters.days is not None:
        first, last = filters.days
        conditions += " AND first_day <= ? AND last_day >= ?"
        values += [last, first]
    return conditions, values
