"""Experiments that outlive the server: an SQLite file, and the thread that alone uses it.

The file belongs to one server at a time. It is not that of `Store`: that one is opened by any
thread at any time, and must not be lost together with this larger one, which is always written to.
"""

import asyncio
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from app.history import Bounds
from app.record import Found, Record, parse

T = TypeVar("T")

VERSION = 1
"""Of the format, as PRAGMA user_version."""
PATIENCE = 3.0
"""Seconds that another server has to let go of the file."""
WAL_PAGES = 4000
"""Pages in the log before they are moved to the file, which waits for the disk."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS experiments (id TEXT PRIMARY KEY, used REAL NOT NULL, "
    "live INTEGER NOT NULL, active INTEGER NOT NULL, state TEXT NOT NULL, arrays BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS history (experiment TEXT, block INTEGER, rows BLOB NOT NULL, "
    "PRIMARY KEY (experiment, block))",
)
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

logger = logging.getLogger(__name__)


class Unusable(Exception):
    """Why there is no store."""


class Job(NamedTuple):
    """Something to do in a transaction."""

    action: Callable[[sqlite3.Connection], Any]
    done: asyncio.Future[Any]
    otherwise: Any
    """The result when the store cannot be used."""


class Archive:
    """The file. Without one that can be used, nothing is found and nothing is kept."""

    def __init__(self, file: Path, most_bytes: int, bounds: Bounds) -> None:
        """most_bytes: beyond, the experiments that were used least recently are forgotten.

        bounds: of the histories that are read."""
        self._file = file
        self._most_bytes = most_bytes
        self._bounds = bounds
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._database: sqlite3.Connection | None = None
        self._written: set[str] = set()
        """In the transaction under way."""
        self._failing = False
        self.usable = False
        """Whether experiments are found and kept."""

    async def open(self) -> None:
        """Open the file. One that cannot be used is named in the log."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="archive", daemon=True)
        self._thread.start()
        await self.flush()

    async def close(self) -> None:
        """Do what has been asked for, then let go of the file."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    # What is asked for is done in this order, and whether or not somebody waits for it.

    def write(self, record: Record) -> asyncio.Future[bool]:
        """Store an experiment; whether that is done. Survives the death of the server."""
        return self._ask(lambda database: self._write(database, record), False)

    def forget(self, id: str) -> asyncio.Future[None]:
        return self._ask(lambda database: _delete(database, id), None)

    def read(self, id: str) -> asyncio.Future[Found | None]:
        """What is stored of an experiment. None when there is nothing, or nothing readable."""
        return self._ask(lambda database: _read(database, id, self._bounds), None)

    def active(self) -> asyncio.Future[list[str]]:
        """Ids of the experiments that want to train, those used last before the others."""
        return self._ask(_active, [])

    def flush(self) -> asyncio.Future[None]:
        """Wait until what has been asked for is done."""
        return self._ask(lambda database: None, None)

    def _ask(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> asyncio.Future[T]:
        done: asyncio.Future[T] = self._loop.create_future()
        if self._thread is None:
            done.set_result(otherwise)
        else:
            self._jobs.put(Job(action, done, otherwise))
        return done

    # In the thread

    def _work(self) -> None:
        try:
            self._database = self._open()
            self.usable = True
        except (Unusable, OSError, sqlite3.Error) as error:
            logger.error("experiments will not outlive the server: %s: %s", self._file, error)
        going_on = True
        while going_on:
            jobs = [self._jobs.get()]
            while not self._jobs.empty():  # one commit for all that waits
                jobs.append(self._jobs.get())
            going_on = None not in jobs
            results = self._transaction([job for job in jobs if job is not None])
            try:
                self._loop.call_soon_threadsafe(_tell, results)
            except RuntimeError:  # the loop has ended without `close`
                going_on = False
        if self._database is not None:
            self._database.close()

    def _transaction(self, jobs: list[Job]) -> list[tuple[Job, Any]]:
        """Each job's result."""
        without = [(job, job.otherwise) for job in jobs]
        database = self._database
        if database is None or not jobs:
            return without
        self._written.clear()
        try:
            database.execute("BEGIN")
            results = [(job, _attempt(database, job)) for job in jobs]
            self._forget_unused(database)
            database.execute("COMMIT")
        except sqlite3.Error as error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            if not self._failing:
                logger.error("experiments cannot be stored just now: %s: %s", self._file, error)
            self._failing = True
            if _is_damage(error):
                self.usable = False
                self._database = None
                database.close()
            return without
        if self._failing:
            logger.warning("experiments can be stored again: %s", self._file)
            self._failing = False
        return results

    def _open(self) -> sqlite3.Connection:
        """Raises Unusable, OSError, sqlite3.Error."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            aside = self._file.with_name(f"{self._file.name}.damaged")
            logger.error("%s: %s; it was moved to %s", self._file, error, aside)
            self._file.replace(aside)
            for end in ("-wal", "-shm"):  # they belong to the file that was moved
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        # Ids let in whoever knows them.
        os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))
        database = sqlite3.connect(self._file, PATIENCE, isolation_level=None)
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise Unusable(f"it is of version {version}; this server knows {VERSION}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
            database.execute("BEGIN EXCLUSIVE")
            for table in TABLES:
                database.execute(table)
            database.execute(f"PRAGMA user_version = {VERSION}")
            database.execute("COMMIT")
        except BaseException as error:
            database.close()
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
                raise Unusable("another server or program uses it") from None
            raise
        return database

    def _write(self, database: sqlite3.Connection, record: Record) -> bool:
        values = (time.time(), record.live, record.active, record.state(), record.arrays())
        if record.whole:
            _delete(database, record.id)
            database.execute(
                "INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?)", (record.id, *values)
            )
        else:
            changed = database.execute(
                "UPDATE experiments SET used = ?, live = ?, active = ?, state = ?, arrays = ? "
                "WHERE id = ?",
                (*values, record.id),
            )
            if not changed.rowcount:
                return False  # it has been forgotten
        database.executemany(
            "DELETE FROM history WHERE experiment = ? AND block = ?",
            [(record.id, start) for start in record.gone],
        )
        database.executemany(
            "INSERT OR REPLACE INTO history VALUES (?, ?, ?)",
            [(record.id, block.start, block.packed().tobytes()) for block in record.blocks],
        )
        self._written.add(record.id)
        return True

    def _forget_unused(self, database: sqlite3.Connection) -> None:
        """Keep to the size. What this server has in its memory goes last."""
        if not self._written or _size(database) <= self._most_bytes:
            return
        candidates = database.execute("SELECT id FROM experiments ORDER BY live, used").fetchall()
        for (id,) in candidates:
            if _size(database) <= self._most_bytes:
                return
            if id not in self._written:
                _delete(database, id)


def _tell(results: list[tuple[Job, Any]]) -> None:
    for job, result in results:
        if not job.done.done():  # it is when who asked has gone
            job.done.set_result(result)


def _attempt(database: sqlite3.Connection, job: Job) -> Any:
    """Its result. Raises sqlite3.Error: the database's own troubles are those of all jobs."""
    database.execute("SAVEPOINT job")
    try:
        result = job.action(database)
    except sqlite3.Error:
        raise
    except Exception:  # a fault in one must not undo the others
        logger.exception("an experiment could not be stored or read")
        database.execute("ROLLBACK TO job")
        result = job.otherwise
    database.execute("RELEASE job")
    return result


def _delete(database: sqlite3.Connection, id: str) -> None:
    database.execute("DELETE FROM experiments WHERE id = ?", (id,))
    database.execute("DELETE FROM history WHERE experiment = ?", (id,))


def _active(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT id FROM experiments WHERE active ORDER BY used DESC")
    return [id for (id,) in found]


def _read(database: sqlite3.Connection, id: str, bounds: Bounds) -> Found | None:
    row = database.execute(
        "SELECT live, state, arrays FROM experiments WHERE id = ?", (id,)
    ).fetchone()
    if row is None:
        return None
    live, state, arrays = row
    blocks = database.execute("SELECT rows FROM history WHERE experiment = ? ORDER BY block", (id,))
    try:
        return parse(bool(live), state, arrays, [rows for (rows,) in blocks], bounds)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("a stored experiment cannot be read: %s", error)
        return None


def _size(database: sqlite3.Connection) -> int:
    """Bytes in use."""
    pages, free, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _is_damage(error: sqlite3.Error) -> bool:
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in DAMAGED
