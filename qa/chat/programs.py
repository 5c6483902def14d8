"""What programs can ask of a running window: one end point, typed and documented.

`gradio_client` and plain HTTP call it as `/answer`; with the Model Context Protocol switched on it
is a tool of the same name. Everything else of the window is for browsers only.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.events import api

from index import EntenteError

from ..pipeline import answer as answer_to
from .asking import said
from .opening import Opening


def endpoints(opening: Opening, at_once: int) -> None:
    """Define the end points of the window that is being built."""

    def answer(
        question: str,
        history: list[str] | None = None,
        first: str | None = None,
        last: str | None = None,
        sources: list[str] | None = None,
        languages: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with sentences quoted from the documents, each with its source and its
        offsets there; or abstain, with a reason, where the documents do not answer.

        Args:
            question: what is asked, in French, English, Arabic, Russian, Azerbaijani or Turkish.
            history: the questions asked before this one, oldest first.
            first: only documents of this day, month or year (ISO 8601) or later.
            last: only documents of this day, month or year (ISO 8601) or earlier.
            sources: only these documents, by their paths.
            languages: only documents in these languages (ISO 639-1).

        Returns:
            question, language, text, short, citations (number, source, title, date, language,
            start, end, quote, highlight, agency, page, reprints (source, title, date, agency)),
            confidence, abstained, reason, passages, notes, sections (title, numbers).
        """
        state = opening.wait()
        if state.index is None:
            raise gr.Error(said(state.fault), print_exception=False)
        try:
            return answer_to(
                question,
                index=state.index,
                history=history or (),
                period=(first, last) if first or last else None,
                sources=sources,
                languages=languages,
            ).to_dict()
        except EntenteError as fault:
            raise gr.Error(str(fault), print_exception=False) from fault

    api(answer, api_name="answer", concurrency_limit=at_once)
