"""What a run of the road has sent, on the disk before it was sent: so that it can go on, and be taken back.

One file in the plan's state folder, replaced whole each time. No secret is in it: bodies are not kept.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from app.entra.wish import Facts
from app.setup.problem import Problem
from app.setup.whole_file import write_whole

FILE: Final = "road.json"
VERSION: Final = 1

EntryState: TypeAlias = Literal["about", "done", "refused", "undone", "kept"]
RunState: TypeAlias = Literal["running", "failed", "done", "undoing", "undone"]


class JournalProblem(Problem):
    """A journal that cannot be read: nothing may be sent without it."""


@dataclass(slots=True)
class Entry:
    """One call that changes something.

    Attributes:
        kind: what it makes or changes: ``application``, ``job``, ``secrets``, ``schema``, ``role``,
            ``assignment``, ``start``.
        state: ``about`` to be sent (whether it was is not known), ``done``, ``refused`` by Graph, ``undone``,
            or ``kept`` where it cannot be taken back.
        made: ids that the call gave, or that say what it is about.
        before: ids that were there before, to tell what this call made from what was there.
    """

    number: int
    step: str
    kind: str
    call: str
    at: str
    state: EntryState = "about"
    made: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it was carried out, and not taken back."""
        return self.state == "done"

    def seconds_ago(self) -> float:
        """How long ago it was about to be sent; a clock that was set back counts as just now."""
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(self.at)).total_seconds())


@dataclass(slots=True)
class Journal:
    """One run. Every change is on the disk when the method ends.

    Attributes:
        choice: which app of which tenant the run is about; a run of another one does not go on from here.
        facts: the ids found or made so far.
    """

    path: Path
    run: str
    began: str
    choice: dict[str, str]
    state: RunState = "running"
    facts: Facts = field(default_factory=Facts)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def begin(cls, folder: Path, choice: Mapping[str, str]) -> Journal:
        """A new run, in place of one that was taken back or never was."""
        journal = cls(folder / FILE, uuid.uuid4().hex, _now(), dict(choice))
        journal.save()
        return journal

    @classmethod
    def read(cls, folder: Path) -> Journal | None:
        """The plan's run; None when there was none.

        Raises:
            JournalProblem: its file is damaged, or of a newer version.
        """
        path = folder / FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(path, type(error).__name__) from error
        try:
            data: dict[str, Any] = json.loads(text)
            if data["version"] != VERSION:
                raise _unreadable(path, f"version {data['version']}")  # noqa: TRY301
            return cls(
                path,
                str(data["run"]),
                str(data["began"]),
                dict(data["choice"]),
                data["state"],
                Facts.of(data["facts"]),
                [Entry(**each) for each in data["entries"]],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(path, type(error).__name__) from error

    def save(self) -> None:
        """Write it.

        Raises:
            JournalProblem: the folder cannot be written to. What would have been sent must not be sent.
        """
        body = {
            "version": VERSION,
            "run": self.run,
            "began": self.began,
            "state": self.state,
            "choice": self.choice,
            "facts": self.facts.as_dict(),
            "entries": [asdict(entry) for entry in self.entries],
        }
        try:
            write_whole(self.path, json.dumps(body) + "\n")
        except OSError as error:
            raise JournalProblem(
                "ROAD-JOURNAL-WRITE",
                "Rollcall could not note what it was about to do, so it did not do it.",
                f"The file {self.path} cannot be written: {error.strerror or type(error).__name__}.",
                "Make room, or see that the folder is yours to write to, then choose Resume.",
            ) from error

    def about(
        self,
        step: str,
        kind: str,
        call: str,
        made: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> Entry:
        """Note a call that is about to be sent."""
        entry = Entry(
            len(self.entries) + 1, step, kind, call, _now(), "about", dict(made or {}), list(before)
        )
        self.entries.append(entry)
        self.save()
        return entry

    def settle(self, entry: Entry, state: EntryState, made: Mapping[str, str] | None = None) -> None:
        """Note what became of a call."""
        entry.state = state
        entry.made.update(made or {})
        self.save()

    def put(self, state: RunState) -> None:
        """Note how the run as a whole stands."""
        if self.state != state:
            self.state = state
            self.save()

    def learn(self, **facts: str) -> None:
        """Note ids; only what is new is written."""
        new = {name: value for name, value in facts.items() if value and getattr(self.facts, name) != value}
        if new:
            for name, value in new.items():
                setattr(self.facts, name, value)
            self.save()

    def open_entries(self, kind: str) -> list[Entry]:
        """Calls of a kind whose fate is not known."""
        return [entry for entry in self.entries if entry.kind == kind and entry.state == "about"]

    def made_here(self, kind: str) -> list[Entry]:
        """What this run made of a kind, and is still there as far as is known."""
        return [entry for entry in self.entries if entry.kind == kind and entry.state == "done"]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _unreadable(path: Path, detail: str) -> JournalProblem:
    return JournalProblem(
        "ROAD-JOURNAL-UNREADABLE",
        "Rollcall's own notes of what it did in the tenant cannot be read.",
        "The file was damaged or changed by hand, or a newer Rollcall wrote it.",
        f"Look in the admin center at what is there, then move {path} away and choose the app there as the "
        "existing one to use.",
        detail,
    )
