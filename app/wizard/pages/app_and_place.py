"""Page 1: which app, where the work is done, or on with a setup that was left unfinished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.setup.problem import Problem
from app.wizard import draft
from app.wizard.opening_page import HEADING, LEAD
from app.wizard.page import LearnMore, Page
from app.wizard.pages.entra.cloud_panel import CloudPanel, cloud_in_words
from app.wizard.parts.choice import Choice
from app.wizard.parts.mnemonic import with_mnemonic

if TYPE_CHECKING:
    from app.setup.profile import AppProfile
    from app.wizard.session import Session

_PLACES = (
    (
        "practice",
        "Practice",
        "A practice app and sample people inside Rollcall. No account, no network, nothing to break. "
        "Good for a first walk through all steps.",
    ),
    (
        "this-computer",
        "This computer",
        "Rollcall itself provisions, from the files that the admin center exports. For a pilot, a rehearsal "
        "on real data, or an app without automatic provisioning.",
    ),
    (
        "entra",
        "Microsoft Entra",
        "Microsoft's own provisioning service, set up through Microsoft Graph: what the admin center does, "
        "with each call shown before it is made. There is a practice tenant to learn on.",
    ),
)


class AppAndPlacePage(Page):
    """Chooses the app profile and the place.

    Signals:
        go_to(str): a saved setup was opened; the key of the page to show.
    """

    key = "place"
    heading = HEADING
    lead = LEAD

    go_to = Signal(str)

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._left: draft.Draft | None = None
        self._apps: dict[str, Choice] = {}
        self._places: dict[str, Choice] = {}

    @property
    def learn_more(self) -> LearnMore:
        """What provisioning is."""
        return LearnMore(
            "How application provisioning works",
            self.setup.profile.links.get("app_and_place")
            or "https://learn.microsoft.com/entra/identity/app-provisioning/user-provisioning",
            (
                "Provisioning creates accounts in an app for the people who need it, keeps them up to date, "
                "and takes them away when they are needed no more.",
                "Rollcall speaks to the app as Microsoft Entra does: what works here works there.",
                "Start with Practice if you have not done this before: the steps are the same in all places.",
            ),
        )

    def build(self) -> None:
        """The card of the saved setup, the apps, the places."""
        taken: set[str] = set()
        self._continue = self._continue_card(taken)
        self.body.addWidget(self._continue)
        self.body.addWidget(_title("App"))
        self.body.addLayout(self._app_grid(taken))
        self._notice = Notice("", Tone.WARNING, self)
        self.body.addWidget(self._notice)
        self.body.addWidget(_title("Where the work is done"))
        self.body.addLayout(self._place_grid(taken))
        self.cloud = CloudPanel(self.setup, taken, self)
        self.cloud.changed.connect(self._on_cloud)
        self.body.addWidget(self.cloud)
        row = QHBoxLayout()
        self._open = QPushButton(icon(Glyph.FOLDER), with_mnemonic("Open a saved plan...", taken), self)
        self._open.setAutoDefault(False)
        self._open.clicked.connect(self._choose_file)
        row.addWidget(self._open)
        row.addStretch(1)
        self.body.addLayout(row)

    def _continue_card(self, taken: set[str]) -> Card:
        card = Card("", self)
        self._where_left = QLabel(card)
        self._where_left.setWordWrap(True)
        self._where_left.setTextFormat(Qt.TextFormat.PlainText)
        self.resume = QPushButton(icon(Glyph.FORWARD), with_mnemonic("Go on", taken), card)
        self.resume.setAutoDefault(False)
        self.resume.setAccessibleName("Go on with the unfinished setup")
        self.resume.clicked.connect(self._resume)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(self._where_left, 1)
        row.addWidget(self.resume)
        card.column.addLayout(row)
        card.setVisible(False)
        return card

    def _app_grid(self, taken: set[str]) -> QGridLayout:
        shelf = self.setup.shelf
        self._profiles: dict[str, AppProfile] = {profile.name: profile for profile in shelf.profiles}
        self._app_group = QButtonGroup(self)
        grid = _grid()
        for place, profile in enumerate(shelf.profiles):
            choice = Choice(with_mnemonic(profile.title, taken), profile.description, self)
            self._apps[profile.name] = choice
            self._app_group.addButton(choice.radio)
            grid.addWidget(choice, place // 2, place % 2)
        self._app_group.buttonClicked.connect(self._take)
        self._app_group.buttonToggled.connect(self._show_notice)
        for fault in shelf.faults:
            grid.addWidget(Notice(str(fault), Tone.WARNING, self), grid.rowCount(), 0, 1, 2)
        return grid

    def _place_grid(self, taken: set[str]) -> QGridLayout:
        self._place_group = QButtonGroup(self)
        grid = _grid()
        for place, (key, title, text) in enumerate(_PLACES):
            choice = Choice(with_mnemonic(title, taken), text, self)
            choice.radio.setObjectName(key)
            self._places[key] = choice
            self._place_group.addButton(choice.radio)
            grid.addWidget(choice, 0, place)
            grid.setColumnStretch(place, 1)
        self._place_group.buttonToggled.connect(self._take)
        return grid

    def on_show(self) -> None:
        """Show the plan's choices, and the setup that was left unfinished while this one is fresh."""
        app = self._apps.get(self.setup.plan.app.profile)
        if app is not None:
            app.radio.setChecked(True)
        self._places[self.setup.plan.run.where.value].radio.setChecked(True)
        fresh = not self.setup.facts.get("visited")
        self._left = draft.recall() if fresh else None
        self._continue.setVisible(self._left is not None)
        if self._left is not None:
            self._continue.set_title(f"Continue with {self._left.app}")
            self._where_left.setText(self._last_seen(self._left))
        self.cloud.fill()
        self._show_notice()
        self._show_cloud()
        self.refresh_missing()

    def _last_seen(self, left: draft.Draft) -> str:
        keys = self.setup.flow.keys
        step = self.setup.flow.step(left.step) if left.step in keys else self.setup.flow.pages[0]
        when = QDateTime.fromString(left.saved, Qt.DateFormat.ISODate).toLocalTime()
        shown = QLocale().toString(when, "d MMMM yyyy, HH:mm")
        return f"Last at step {self.setup.flow.number(step.key)}, {step.title}. Saved {shown}."

    def apply(self) -> None:
        """Write app and place to the plan."""
        from app.setup.plan import Place

        for name, choice in self._apps.items():
            if choice.radio.isChecked():
                try:
                    self.setup.choose_app(name)
                except Problem as problem:
                    self.problem = problem
        for key, choice in self._places.items():
            if choice.radio.isChecked() and self.setup.plan.run.where != key:
                self.setup.choose_place(Place(key))

    def initial_focus(self) -> QWidget | None:
        """On the unfinished setup when there is one, else on the chosen app."""
        if self._left is not None:
            return self.resume
        return next((choice.radio for choice in self._apps.values() if choice.radio.isChecked()), None)

    def describe(self) -> list[tuple[str, str]]:
        """App and place."""
        place = next(title for key, title, _ in _PLACES if key == self.setup.plan.run.where.value)
        if self.setup.plan.run.where.value == "entra":
            place = cloud_in_words(self.setup.plan.entra.cloud)
        return [("App", self.setup.profile.title), ("Where the work is done", place)]

    @Slot(QAbstractButton)
    @Slot(QAbstractButton, bool)
    def _take(self, button: QAbstractButton, on: bool = True) -> None:
        # At once, so that the step list and the notice tell of what is chosen now.
        if on and self.built and button.isVisible():
            self.apply()
            self._show_cloud()
            self.refresh_missing()
            self.changed.emit()

    def _show_cloud(self) -> None:
        self.cloud.setVisible(self._places["entra"].radio.isChecked())

    @Slot()
    def _on_cloud(self) -> None:
        self.refresh_missing()
        self.changed.emit()

    @Slot()
    def _show_notice(self) -> None:
        chosen = next((name for name, choice in self._apps.items() if choice.radio.isChecked()), "")
        profile = self._profiles.get(chosen)
        if hasattr(self, "_notice"):
            self._notice.set_message(profile.notice if profile is not None else "", Tone.WARNING)

    @Slot()
    def _resume(self) -> None:
        if self._left is None:
            return
        try:
            key = self.setup.go_on(self._left)
        except Problem as problem:
            self.problem = problem
            return
        self.go_to.emit(key)

    @Slot()
    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a saved plan", "", "Plans (*.toml)")
        if path:
            self.open_plan(path)

    def open_plan(self, path: str) -> None:
        """Take a plan file in the place of the one in work."""
        from pathlib import Path

        try:
            self.setup.open(Path(path))
        except Problem as problem:
            self.problem = problem
            return
        self.problem = None
        self.on_show()


def _title(text: str) -> QLabel:
    from app.look.spacing import scaled_font

    label = QLabel(text)
    label.setFont(scaled_font(1.05, bold=True))
    return label


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(gap())
    grid.setContentsMargins(0, 0, 0, 0)
    return grid
