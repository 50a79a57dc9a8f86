"""What outlives the server: states of the page that are too long for a URL."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Store:
    """An SQLite file, made when first written to. May be used from any thread."""

    def __init__(self, file: Path, most: int) -> None:
        """most: states that are kept; beyond, the ones unused for longest are forgotten."""
        self._file = file
        self._most = most

    def save(self, content: str) -> str:
        """An id for a text; the same one for the same text."""
        id = hashlib.sha256(content.encode()).hexdigest()[:16]
        with self._open() as database:
            database.execute(
                "INSERT INTO saved VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET used = excluded.used",
                (id, content, time.time()),
            )
            database.execute(
                "DELETE FROM saved WHERE id NOT IN "
                "(SELECT id FROM saved ORDER BY used DESC LIMIT ?)",
                (self._most,),
            )
        return id

    def load(self, id: str) -> str | None:
        """The text of an id, or None."""
        if not self._file.exists():
            return None
        with self._open() as database:
            database.execute("UPDATE saved SET used = ? WHERE id = ?", (time.time(), id))
            row = database.execute("SELECT content FROM saved WHERE id = ?", (id,)).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=10)
        try:
            with database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS saved "
                    "(id TEXT PRIMARY KEY, content TEXT NOT NULL, used REAL NOT NULL)"
                )
                yield database
        finally:
            database.close()
