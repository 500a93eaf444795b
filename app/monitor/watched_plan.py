"""The plan that a monitor watches, and the worker that knows about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.worker.client import Call, WorkerClient


class WatchedPlan:
    """A plan file, read again whenever it has changed, and the way to ask for its tasks.

    Attributes:
        path: the plan file.
        worker: the window's worker client.
        plan: the plan as it was last read; None before the first time.
        app_title: what the app is called; the file's name until the plan is read.
    """

    def __init__(self, path: Path, worker: WorkerClient) -> None:
        self.path = path
        self.worker = worker
        self.plan: SetupPlan | None = None
        self.app_title = path.stem
        self._stamp = 0

    def refresh(self) -> SetupPlan:
        """The plan as the file has it now; the file is read only when it has changed.

        Raises:
            Problem: the file or its app profile is missing, or has a mistake.
        """
        stamp = self.path.stat().st_mtime_ns if self.path.exists() else -1
        if self.plan is None or stamp != self._stamp:
            # After the first paint: pydantic and the TOML reader take 150 ms to load.
            from app.setup.plan_file import read_plan
            from app.setup.profile import load_profile

            self.plan = read_plan(self.path)
            self.app_title = load_profile(self.plan.app.profile, self.path.parent).title
            self._stamp = stamp
        return self.plan

    def ask(self, task: str, **params: Any) -> Call:
        """Ask the worker for a task on this plan, as it was last read."""
        return self.worker.ask(task, plan=self.plan, params=params, plan_path=self.path)
