"""What the wizard's frame looks like beyond what Qt makes of it, and its one question."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget, QWizard

_Button = QWizard.WizardButton
LATER = "Your choices are kept; the next start offers to go on."
"""What is said of the button that closes the window."""


def choose_style(wizard: QWizard) -> None:
    """One style on all systems: Aero and Mac bring title bars and pictures of their own."""
    wizard.setWizardStyle(QWizard.WizardStyle.ModernStyle)
    wizard.setOption(QWizard.WizardOption.IndependentPages)
    wizard.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
    wizard.setOption(QWizard.WizardOption.HaveHelpButton)
    wizard.setOption(QWizard.WizardOption.HelpButtonOnRight, False)
    wizard.setOption(QWizard.WizardOption.NoBackButtonOnLastPage)


def name_buttons(wizard: QWizard) -> None:
    """Verbs with a letter each on the buttons; the one that goes on has the accent's colour."""
    palette = QPalette()
    for role in (QPalette.ColorRole.Button, QPalette.ColorRole.ButtonText):
        fill = role == QPalette.ColorRole.Button
        named = QPalette.ColorRole.Highlight if fill else QPalette.ColorRole.HighlightedText
        # Darker because the fusion style lightens the upper half of a button.
        colour = wizard.palette().color(named).darker(118 if fill else 100)
        palette.setColor(QPalette.ColorGroup.Active, role, colour)
        palette.setColor(QPalette.ColorGroup.Inactive, role, colour)
    for which in (_Button.NextButton, _Button.CommitButton, _Button.FinishButton):
        wizard.button(which).setPalette(palette)
    wizard.setButtonText(_Button.NextButton, "&Next")
    wizard.setButtonText(_Button.BackButton, "&Back")
    wizard.setButtonText(_Button.CommitButton, "&Start")
    wizard.setButtonText(_Button.FinishButton, "&Finish")
    wizard.setButtonText(_Button.CancelButton, "&Close")
    wizard.setButtonText(_Button.HelpButton, "&Learn more")
    wizard.button(_Button.CancelButton).setToolTip(LATER)


def undo_style(wizard: QWizard, side: QWidget) -> None:
    """Take back what the modern style does: a white page, and air around the widget at the side."""
    page = wizard.currentPage()
    ground = page.parentWidget() if page is not None else None
    if ground is not None and ground is not wizard:
        ground.setBackgroundRole(QPalette.ColorRole.Window)
        ground.setForegroundRole(QPalette.ColorRole.WindowText)
    around = side.parentWidget()
    layout = around.layout() if around is not None else None
    if layout is not None:
        layout.setContentsMargins(0, 0, 0, 0)


def may_stop(wizard: QWizard) -> bool:
    """Ask whether the work that runs may be stopped, so that the window can be closed."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(wizard)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Rollcall")
    box.setText("Provisioning is running.")
    box.setInformativeText(
        "What was sent stays done, and the next run goes on from there. Nobody is created twice."
    )
    stay = box.addButton("&Keep running", QMessageBox.ButtonRole.RejectRole)
    stop = box.addButton("&Stop and close", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is stop
