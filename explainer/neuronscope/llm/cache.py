"""Answers kept on disk: a request in, its earlier answer out where there is one, else the model's, which is kept.

An answer is found by everything that can change it: the description of the model, the prompt, all options, how many
were asked for. Descriptions and requests hold no keys, so the file holds none. Failures are asked for again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from neuronscope.errors import BrokenData, StorageFailed
from neuronscope.llm.accounting import Account, Totals
from neuronscope.llm.protocol import LanguageModel
from neuronscope.llm.requests import (
    Answer,
    ByRequest,
    Request,
    answer_json,
    ask,
    digest,
    has_failed,
    identity,
    read_answer,
)
from neuronscope.messages import Description, Prompt

_FORM = b"1"  # changed when answers are stored otherwise; older ones are then not found
_WAIT = 30.0  # seconds for other processes that are writing


class Cached(ByRequest):
    """A LanguageModel in front of another. The file may be shared by threads and processes."""

    def __init__(self, model: LanguageModel, path: Path) -> None:
        """Makes the file where it is not there yet.

        :raises BrokenData: a file that is no cache.
        :raises StorageFailed: the file cannot be opened or written.
        """
        self._model = model
        self._path = path
        self._account = Account()
        self._who = b"\0".join([_FORM, identity(model.describe())])
        with self._open() as database:
            database.execute("PRAGMA journal_mode=WAL")  # reading goes on while another process writes
            database.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer BLOB) WITHOUT ROWID")

    def describe(self) -> Description:
        """The other model's."""
        return self._model.describe()

    def totals(self) -> Totals:
        """The other model's, and how many answers were there."""
        totals = self._model.totals()
        return replace(totals, cached=totals.cached + self._account.totals().cached)

    def count_tokens(self, prompt: Prompt) -> int:
        """The other model's."""
        return self._model.count_tokens(prompt)

    async def close(self) -> None:
        """Close the other model."""
        await self._model.close()

    async def answer(self, request: Request) -> Answer:
        """:raises StorageFailed: the file cannot be read or written."""
        key = digest(self._who, request)
        known = await asyncio.to_thread(self._read, key, request)
        if known is not None:
            self._account.add_cached()
            return known
        answer = await ask(self._model, request)
        if not has_failed(answer):
            await asyncio.to_thread(self._write, key, answer_json(answer))
        return answer

    def _read(self, key: bytes, request: Request) -> Answer | None:
        with self._open() as database:
            row = database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None or not isinstance(row[0], bytes):
            return None
        try:
            return read_answer(row[0], request)
        except BrokenData:
            return None  # asked for again, and then replaced

    def _write(self, key: bytes, answer: bytes) -> None:
        with self._open() as database, database:
            database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one question: cheap, and nothing is shared between threads or forks."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT)) as database:
                yield database
        except (sqlite3.OperationalError, OSError) as error:
            raise StorageFailed(f"the cache of answers {self._path} cannot be used: {error}") from error
        except sqlite3.DatabaseError as error:
            raise BrokenData(f"{self._path} is not a cache of answers, or is damaged ({error}): remove it") from error
