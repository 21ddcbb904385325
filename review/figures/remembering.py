"""Answers of the store, kept as long as nothing is written to it.

Figures over all calls take a good part of a second; who looks at one page after another should not
wait for the same figures again. A kept answer is never an old one: the store's mark changes with
every write.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import duckdb

from pipeline.store import Store

Answer = TypeVar("Answer")
MOST = 24
"""Answers that are kept; each has some thousand small rows."""


class Remembered:
    """Asks a store, or remembers what it said.

    Args:
        most: So many answers are kept, those that were not asked for longest go first.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def ask(
        self,
        store: Store,
        key: Hashable,
        question: Callable[[duckdb.DuckDBPyConnection], Answer],
    ) -> Answer:
        """Return the answer to a question.

        Args:
            store: Whom to ask.
            key: Tells the question from all others; with it goes everything it depends on.
            question: What to ask if it is not remembered.
        """
        full = (store.url, store.mark(), key)
        with self._lock:
            if full in self._answers:
                self._answers.move_to_end(full)
                return cast(Answer, self._answers[full])
        answer = store.ask(question)
        with self._lock:
            self._answers[full] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer
