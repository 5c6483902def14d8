"""The faults of asking; like all of ours they derive from `index.EntenteError`."""

from index.errors import EntenteError


class QuestionError(EntenteError):
    """The question, or one of its filters, is not something that can be asked."""
