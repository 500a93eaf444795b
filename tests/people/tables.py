"""Users files for tests, written cell by cell and read back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.people.csv_source import DOWNLOAD_COLUMNS, CsvDirectory
from app.people.record import Record


def row(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in DOWNLOAD_COLUMNS]


def csv_text(rows: Iterable[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set(f'{delimiter}"\r\n') else text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def read_users(
    path: Path, content: str | bytes, encoding: str = "utf-8"
) -> tuple[list[Record], CsvDirectory]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    directory = CsvDirectory(path)
    return list(directory.users()), directory
