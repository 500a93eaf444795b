"""A synchronization job of the practice tenant, and how Graph shows it. Source: entra.md, 1.5 and 1.10."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.engine.control import Control

NEVER: Final = "0001-01-01T00:00:00Z"
INTERVAL: Final = "PT40M"
_COUNTS: Final = (
    "countEntitled",
    "countEntitledForProvisioning",
    "countEscrowed",
    "countEscrowedRaw",
    "countExported",
    "countExports",
    "countImported",
    "countImportedDeltas",
    "countImportedReferenceDeltas",
)


def written(moment: datetime) -> str:
    """A time as Graph writes it, with seven digits of a second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def execution(
    began: str, ended: str, state: str, error: dict[str, Any] | None, **counts: int
) -> dict[str, Any]:
    """One execution of a job."""
    return {
        "activityIdentifier": str(uuid.uuid4()) if began != NEVER else None,
        **{name: counts.get(name, 0) for name in _COUNTS},
        "state": state,
        "timeBegan": began,
        "timeEnded": ended,
        "error": error,
    }


NEVER_RUN: Final = execution(
    NEVER, NEVER, "Failed", {"code": "None", "message": "", "tenantActionable": False}
)
"""What Graph shows of a job that never ran: not a failure."""


@dataclass
class Job:
    """One job.

    Attributes:
        schedule: ``Disabled`` before the first start, then ``Active`` or ``Paused``.
        schema: mappings and scope.
        folder: where the engine keeps the job's state; gone with the job.
        running: the task that runs cycles; None while none does.
        wake: set to have the next cycle begin at once.
    """

    id: str
    template_id: str
    principal_id: str
    schema: dict[str, Any]
    schedule: str = "Disabled"
    failures: int = 0
    last: dict[str, Any] | None = None
    last_good: dict[str, Any] | None = None
    last_exports: dict[str, Any] | None = None
    steady_first: str = NEVER
    steady_last: str = NEVER
    progress: list[dict[str, Any]] = field(default_factory=list)
    quarantine: dict[str, Any] | None = None
    entries: dict[str, int] = field(default_factory=dict)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="rollcall-practice-job-")))
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    running: asyncio.Task[None] | None = None
    control: Control | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def code(self) -> str:
        """Graph's status code."""
        if self.quarantine is not None:
            return "Quarantine"
        if self.schedule != "Active":
            return "Paused"
        return "Active" if self.last is not None else "NotRun"

    def shown(self) -> dict[str, Any]:
        """The job as Graph answers it."""
        started = self.schedule != "Disabled"
        return {
            "id": self.id,
            "templateId": self.template_id,
            "schedule": {"expiration": None, "interval": INTERVAL, "state": self.schedule},
            "status": {
                "code": self.code,
                "countSuccessiveCompleteFailures": self.failures,
                "escrowsPruned": False,
                "lastExecution": self.last or (NEVER_RUN if started else None),
                "lastSuccessfulExecution": self.last_good,
                "lastSuccessfulExecutionWithExports": self.last_exports,
                "quarantine": self.quarantine,
                "steadyStateFirstAchievedTime": self.steady_first,
                "steadyStateLastAchievedTime": self.steady_last,
                "troubleshootingUrl": None,
                "progress": self.progress,
                "synchronizedEntryCountByType": [
                    {"key": key, "value": value} for key, value in self.entries.items()
                ],
            },
            "synchronizationJobSettings": [
                {"name": "AzureIngestionAttributeOptimization", "value": "False"},
                {"name": "LookaheadQueryEnabled", "value": "False"},
                {"name": "QuarantineTooManyDeletesThreshold", "value": "500"},
            ],
        }

    def end(self) -> None:
        """Stop all that runs, and forget the state, once nothing works with it any more."""
        if self.running is not None and not self.running.done():
            self.running.add_done_callback(lambda task: self._forget())
            self.running.cancel()
        else:
            self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
