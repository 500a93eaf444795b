"""The test objects of a run, on disk before each is made: a kill leaves nothing unknown behind.

One file a run, in ``checks`` of the data folder. A file is locked while its run lives; what a dead run left
is removed by the next one. No secret is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from app.setup.folders import data_folder

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        """Whether nobody else holds the file; if so it is held now, until it is closed."""
        try:
            file.seek(0x7FFF0000)  # far behind the text, so that it can still be read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        """Whether nobody else holds the file; if so it is held now, until it is closed."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@dataclass(slots=True)
class TestObject:
    """An object that a run made or was about to make.

    Attributes:
        resource: ``Users`` or ``Groups``.
        attribute: what its name is stored in.
        name: its unmistakable name.
        ids: what the app calls it; several when a name was given twice.
    """

    __test__ = False  # not a test, whatever pytest thinks of the name

    resource: str
    attribute: str
    name: str
    ids: list[str] = field(default_factory=list)


def _folder() -> Path:
    folder = data_folder() / "checks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key(base: str) -> str:
    return hashlib.sha256(base.encode()).hexdigest()[:16]


class Journal:
    """The journal of one run. Use as a context manager; the file goes when nothing is left in the app."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.objects: dict[str, TestObject] = {}

    @classmethod
    def fresh(cls, base: str, mark: str) -> Self:
        """A new run's journal for the app at this base address."""
        return cls(_folder() / f"{_key(base)}-{mark}.jsonl")

    @classmethod
    def left_behind(cls, base: str) -> Iterator[Self]:
        """The journals of runs that ended without removing everything; each is open and held."""
        for path in sorted(_folder().glob(f"{_key(base)}-*.jsonl")):
            journal = cls(path)
            if journal._open():
                with journal:
                    yield journal

    def _open(self) -> bool:
        self._file = self._path.open("a+", encoding="utf-8")
        if not _lock(self._file):
            self._file.close()
            return False
        self._file.seek(0)
        for line in self._file:
            self._read(line)
        return True

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
            if entry["gone"]:
                self.objects.pop(entry["name"], None)
            else:
                self.objects[entry["name"]] = TestObject(
                    entry["resource"], entry["attribute"], entry["name"], list(entry["ids"])
                )
        except (ValueError, KeyError, TypeError):
            return  # half a line: the kill came while it was written, so before its object was made

    def __enter__(self) -> Self:
        if not hasattr(self, "_file"):
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self.objects:
            self._path.unlink(missing_ok=True)

    def intend(self, item: TestObject) -> None:
        """Write down what is about to be made. Returns when it is on the disk."""
        self.objects[item.name] = item
        self._write(item, gone=False)

    def made(self, item: TestObject, object_id: str) -> None:
        """It was made, and the app calls it so."""
        if object_id not in item.ids:
            item.ids.append(object_id)
        self._write(item, gone=False)

    def gone(self, item: TestObject) -> None:
        """It is no longer in the app, or never was."""
        self.objects.pop(item.name, None)
        self._write(item, gone=True)

    def _write(self, item: TestObject, *, gone: bool) -> None:
        entry = {
            "resource": item.resource,
            "attribute": item.attribute,
            "name": item.name,
            "ids": item.ids,
            "gone": gone,
        }
        self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
