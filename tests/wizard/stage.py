"""One page in the real frame, with a scripted worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWizard

from app.setup.plan import SetupPlan
from app.wizard.frame import Frame
from app.wizard.page import Page
from app.wizard.session import Session
from tests.wizard.scripted import ScriptedWorker

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.worker.client import WorkerClient

TENANT = "https://contoso.example/scim/v2"


def _let_go(frame: Frame) -> None:
    """A test may end while the work runs; the window would ask whether to stop it, and wait for ever."""
    if frame.page_now is not None:
        frame.page_now.busy = ""


class Stage:
    """The frame, opened at any page, with everything before it taken as done.

    Attributes:
        worker: what answers.
        setup: the session of the frame.
        frame: the window.
    """

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.bot = qtbot
        self.worker = ScriptedWorker()
        self.frame = Frame()
        qtbot.addWidget(self.frame, before_close_func=_let_go)
        self.worker.setParent(self.frame)
        self.setup = Session(cast("WorkerClient", self.worker), folder / "plan.toml", self.frame)
        self.setup.plan = SetupPlan.model_validate(
            {
                "app": {"profile": "invision", "tenant_url": TENANT},
                "run": {"where": "this-computer"},
                "source": {"users": "users.csv"},
                "scope": {"assigned": ["user:ann@contoso.com"]},
            }
        )
        self.setup.facts.update(
            check="ready",
            check_for=TENANT,
            token_for=TENANT,
            visited=set(self.setup.flow.keys[:9]),
        )

    def open(self, key: str) -> Page:
        """Show the frame at a page."""
        self.frame.show()
        self.frame.set_session(self.setup)
        # The other pages are added while the event loop is idle.
        self.until(lambda: len(self.frame.pages) == len(self.setup.flow.keys))
        self.frame.resume_at(key)
        self.bot.waitUntil(lambda: self.frame.key_now == key)
        return self.page

    @property
    def page(self) -> Page:
        """The page that is shown."""
        page = self.frame.page_now
        assert page is not None
        return page

    def press(self, button: QWizard.WizardButton = QWizard.WizardButton.NextButton) -> None:
        """Press one of the frame's buttons."""
        self.frame.button(button).click()

    def until(self, condition: Callable[[], bool], timeout: int = 3_000) -> None:
        """Wait for a condition."""
        self.bot.waitUntil(condition, timeout=timeout)
