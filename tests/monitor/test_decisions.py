"""The panels by which a person decides: what the deletion guard holds back, and restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.monitor.held_back_panel import HeldBackPanel
from app.monitor.restart_panel import PARTS_OF_FULL, USUAL, RestartPanel
from app.monitor.watched_plan import WatchedPlan
from app.setup.problem import Problem
from app.worker.messages import Done, StagedDeletion, StagedDeletions
from tests.wizard.scripted import ScriptedCall, ScriptedWorker

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


class ScriptedPlan(WatchedPlan):
    """A watched plan whose worker answers what the test says; ``calls`` is what was asked of it."""

    def __init__(self) -> None:
        self.said = ScriptedWorker()
        super().__init__(Path("plan.toml"), self.said)  # type: ignore[arg-type]

    @property
    def calls(self) -> list[ScriptedCall]:
        return self.said.calls


PEOPLE = [
    StagedDeletion(id=f"user:{name}", kind="user", name=f"{name}@contoso.com", action=action,
                   reason="No longer assigned.", since="2026-11-25T08:00:00.000Z")
    for name, action in (("ann", "disable"), ("bob", "delete"), ("cyd", "disable"))
]  # fmt: skip


@pytest.fixture
def plan() -> ScriptedPlan:  # type: ignore[override]
    return ScriptedPlan()


@pytest.fixture
def held_back(qtbot: QtBot, plan: ScriptedPlan) -> HeldBackPanel:
    """The panel with three people who wait for a decision."""
    panel = HeldBackPanel(plan)
    qtbot.addWidget(panel)
    panel.show()
    panel.on_show()
    with qtbot.waitSignal(panel.counted, check_params_cb=lambda number: number == 3):
        plan.calls[-1].end(StagedDeletions(rows=PEOPLE))
    return panel


def test_nobody_loses_access_without_a_second_word(held_back: HeldBackPanel, plan: ScriptedPlan) -> None:
    assert not held_back.allow.isEnabled()
    held_back.table.selectRow(1)
    held_back.allow.click()
    assert [call.task for call in plan.calls] == ["staged"]
    assert held_back.question.isVisible()
    assert "bob@contoso.com" in held_back.question.text.text()
    held_back.question.yes.click()
    assert plan.calls[-1].task == "decide-staged"
    assert plan.calls[-1].params == {"allow": ["user:bob"]}


def test_all_of_them_are_named_and_counted(held_back: HeldBackPanel, plan: ScriptedPlan) -> None:
    held_back.allow_all.click()
    assert "3 lose access" in held_back.question.title.text()
    held_back.question.drop()
    assert len(plan.calls) == 1
    held_back.keep_all.click()
    assert plan.calls[-1].params == {"reject": [each.id for each in PEOPLE]}


def test_allowing_all_leaves_alone_who_was_decided_on(held_back: HeldBackPanel, plan: ScriptedPlan) -> None:
    decided = [PEOPLE[0].model_copy(update={"decision": "reject"}), *PEOPLE[1:]]
    held_back.on_show()
    plan.calls[-1].end(StagedDeletions(rows=decided))
    held_back.allow_all.click()
    assert "2 lose access" in held_back.question.title.text()
    assert "Disabled: 1; deleted: 1" in held_back.question.text.text()
    held_back.question.yes.click()
    assert plan.calls[-1].params == {"allow": ["user:bob", "user:cyd"]}


def test_no_second_question_while_an_answer_is_awaited(held_back: HeldBackPanel, plan: ScriptedPlan) -> None:
    held_back.allow_all.click()
    held_back.on_show()
    assert len(plan.calls) == 1  # the question is open
    held_back.question.drop()
    held_back.on_show()
    assert not held_back.allow_all.isEnabled()


def test_after_a_decision_the_list_is_asked_for_again(
    qtbot: QtBot, held_back: HeldBackPanel, plan: ScriptedPlan
) -> None:
    held_back.table.selectRow(0)
    held_back.keep.click()
    assert not held_back.keep_all.isEnabled()  # one decision at a time
    with qtbot.waitSignal(held_back.changed):
        plan.calls[-1].end(Done(sentence="1 kept."))
    assert "1 kept." in held_back.told.text
    assert plan.calls[-1].task == "staged"
    plan.calls[-1].end(StagedDeletions(rows=[]))
    assert held_back.stack.currentWidget() is held_back.empty


def test_a_failure_is_told_and_leaves_the_buttons(
    qtbot: QtBot, held_back: HeldBackPanel, plan: ScriptedPlan
) -> None:
    held_back.keep_all.click()
    with qtbot.waitSignal(held_back.failed):
        plan.calls[-1].end(Problem("STATE", "It cannot be written."))
    assert held_back.keep_all.isEnabled()


def test_nothing_is_not_said_where_it_is_not_known(qtbot: QtBot, plan: ScriptedPlan) -> None:
    panel = HeldBackPanel(plan)
    qtbot.addWidget(panel)
    panel.on_show()
    assert panel.empty.title.text() == "Reading the list..."
    plan.calls[-1].end(Problem("STATE", "It cannot be read."))
    assert panel.empty.title.text() == "It is not known who is held back"
    panel.on_show()
    plan.calls[-1].end(StagedDeletions(rows=[]))
    assert panel.empty.title.text() == "Nothing is held back"


@pytest.fixture
def restart(qtbot: QtBot, plan: ScriptedPlan) -> RestartPanel:
    panel = RestartPanel(plan)
    qtbot.addWidget(panel)
    panel.show()
    panel.on_show()
    return panel


def test_the_usual_restart_is_set(restart: RestartPanel, plan: ScriptedPlan, qtbot: QtBot) -> None:
    assert tuple(restart.chosen) == USUAL
    assert "initial" in restart.coming.text()
    restart.restart.click()
    assert (plan.calls[-1].task, plan.calls[-1].params) == ("restart", {"reset": list(USUAL)})
    assert not restart.restart.isEnabled()
    with qtbot.waitSignal(restart.changed):
        plan.calls[-1].end(Done(sentence="Restarted: quarantine is lifted."))
    assert "quarantine is lifted" in restart.told.text


@pytest.mark.parametrize("name", ["Full", "ConnectorDataStore", "ForceDeletes"])
def test_what_is_grave_needs_a_second_tick(restart: RestartPanel, plan: ScriptedPlan, name: str) -> None:
    restart.ticks[name].setChecked(True)
    assert not restart.restart.isEnabled()
    assert restart.warning.isVisible()
    restart.sure.setChecked(True)
    restart.restart.click()
    assert name in plan.calls[-1].params["reset"]


def test_a_yes_to_one_grave_reset_is_none_to_another(restart: RestartPanel) -> None:
    restart.ticks["ConnectorDataStore"].setChecked(True)
    restart.sure.setChecked(True)
    restart.ticks["ConnectorDataStore"].setChecked(False)
    restart.ticks["ForceDeletes"].setChecked(True)
    assert not restart.restart.isEnabled()


def test_full_takes_its_parts_with_it_and_gives_them_back(
    restart: RestartPanel, plan: ScriptedPlan, qtbot: QtBot
) -> None:
    restart.ticks["Escrows"].setChecked(False)
    full = restart.ticks["Full"]
    full.setChecked(True)
    for name in PARTS_OF_FULL:
        assert restart.ticks[name].isChecked()
        assert not restart.ticks[name].isEnabled()
    assert "second account" in restart.warning.text
    assert "initial" in restart.coming.text()
    full.setChecked(False)
    assert restart.chosen == ["Watermark", "QuarantineState"]
    assert all(tick.isEnabled() for tick in restart.ticks.values())
    full.setChecked(True)
    restart.sure.setChecked(True)
    restart.restart.click()
    assert plan.calls[-1].params == {"reset": ["Full"]}
    with qtbot.waitSignal(restart.changed):
        plan.calls[-1].end(Done(sentence="Restarted."))
    assert tuple(restart.chosen) == USUAL
    assert all(tick.isEnabled() for tick in restart.ticks.values())


def test_nothing_chosen_restarts_nothing(restart: RestartPanel) -> None:
    for tick in restart.ticks.values():
        tick.setChecked(False)
    assert not restart.restart.isEnabled()
    restart.ticks["Escrows"].setChecked(True)
    assert "incremental" in restart.coming.text()


def test_a_job_of_entra_is_restarted_by_its_own_task(qtbot: QtBot, plan: ScriptedPlan) -> None:
    panel = RestartPanel(plan, task="entra-restart")
    qtbot.addWidget(panel)
    panel.restart.click()
    assert plan.calls[-1].task == "entra-restart"
    with qtbot.waitSignal(panel.failed):
        plan.calls[-1].end(Problem("GRAPH", "It was refused."))
