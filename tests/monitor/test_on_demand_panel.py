"""The tab *On demand*: choosing by typing, sending once, and telling what came of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from app.look.palette import Tone
from app.monitor.on_demand_panel import OnDemandPanel
from app.monitor.watched_plan import WatchedPlan
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.worker.client import WorkerClient
from app.worker.messages import Change, Entry, Notice, OnDemandReport, PeoplePage, PersonRow, Progress, Step
from tests.wizard.scripted import ScriptedCall, ScriptedWorker

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

PEOPLE = [
    PersonRow(
        kind="user", id=f"id-{name.lower()}", name=f"{name.lower()}@contoso.com", detail=f"{name}, Sales"
    )
    for name in ("Ann", "Anton", "Bea", "Carl", "Dora", "Emil", "Fay")
]
GROUPS = [PersonRow(kind="group", id="id-sales", name="Sales", detail="7 members")]


def search(params: dict[str, Any], plan: SetupPlan | None) -> PeoplePage:
    text = (params.get("search") or params.get("text") or "").casefold()
    rows = GROUPS if params["kind"] == "group" else PEOPLE
    found = [row for row in rows if text in row.name.casefold()]
    return PeoplePage(rows=found[: params["limit"]], total=len(found))


@pytest.fixture
def scripted() -> ScriptedWorker:
    worker = ScriptedWorker()
    worker.answers.update({"list-people": search, "entra-search": search})
    return worker


Make = Callable[..., OnDemandPanel]


@pytest.fixture
def make(qtbot: QtBot, plan: Path, scripted: ScriptedWorker) -> Iterator[Make]:
    def shown(worker: Any = scripted, **told: Any) -> OnDemandPanel:
        watched = WatchedPlan(plan, cast("WorkerClient", worker))
        watched.refresh()
        panel = OnDemandPanel(watched, **told)
        qtbot.addWidget(panel)
        panel.resize(1100, 700)
        with qtbot.waitExposed(panel):
            panel.show()
        panel.activateWindow()
        panel.on_show()
        return panel

    return shown


def choose(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    """Type and press Enter at once, as a person does who knows whom they want."""
    edit.setFocus()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def choose_person(qtbot: QtBot, panel: OnDemandPanel, text: str) -> None:
    choose(qtbot, panel.picker.edit, text)
    qtbot.waitUntil(lambda: panel.picker.row is not None)


def press(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def sent(worker: ScriptedWorker, task: str = "provision-one") -> ScriptedCall:
    (call,) = worker.of(task)
    return call


def report(**told: Any) -> OnDemandReport:
    names = ("import", "scope", "match", "export", "reference")
    steps = [Step(name=name, status="success", text=f"{name} went well.") for name in names]  # type: ignore[arg-type]
    steps[2] = Step(name="match", status="success", text="Found.", details={"filter": 'userName eq "ann"'})
    return OnDemandReport(
        **{"name": "ann@contoso.com", "sentence": "ann was updated.", "steps": steps, **told}
    )


def test_it_asks_nothing_before_it_is_shown_and_says_where_it_goes(
    make: Make, scripted: ScriptedWorker
) -> None:
    watched = WatchedPlan(Path("nowhere.toml"), cast("WorkerClient", scripted))
    OnDemandPanel(watched).deleteLater()
    assert not scripted.calls
    panel = make()
    assert "at once, whatever the schedule" in panel.warning.text()
    assert "InVision" in panel.warning.text()
    assert sum(call.task == "list-people" for call in scripted.calls) == 1
    assert not panel.button.isEnabled()
    assert panel.line.text() == "Choose somebody first."


def test_enter_takes_the_first_match_even_before_it_is_there(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker
) -> None:
    panel = make()
    choose_person(qtbot, panel, "anto")
    assert panel.picker.row is PEOPLE[1]
    assert panel.picker.edit.text() == "anton@contoso.com"
    assert not panel.picker.matches.isVisible()
    assert panel.button.isEnabled()
    asked = scripted.of("list-people")[-1].params
    assert asked == {"kind": "user", "limit": 20, "search": "anto"}
    # Typing on gives the choice up: what stands in the field is never another than who is sent.
    qtbot.keyClicks(panel.picker.edit, "x")
    assert panel.picker.row is None
    assert not panel.button.isEnabled()
    qtbot.waitUntil(lambda: "Nothing matches" in panel.picker.line.text())
    assert not scripted.of("provision-one")


def test_the_arrow_keys_choose_another(qtbot: QtBot, make: Make) -> None:
    panel = make()
    qtbot.waitUntil(lambda: panel.picker.matches.count() == len(PEOPLE))
    qtbot.keyClick(panel.picker.edit, Qt.Key.Key_Down)
    matches = panel.picker.matches
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(matches, key)
    assert panel.picker.row is PEOPLE[2]


def test_only_the_answer_to_what_stands_in_the_field_is_shown(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker
) -> None:
    del scripted.answers["list-people"]
    panel = make()
    (first,) = scripted.of("list-people")
    choose(qtbot, panel.picker.edit, "bea")
    assert len(scripted.of("list-people")) == 1  # one at a time
    first.end(search(first.params, None))
    assert panel.picker.row is None
    second = scripted.of("list-people")[1]
    assert second.params["search"] == "bea"
    second.end(search(second.params, None))
    assert panel.picker.row is PEOPLE[2]


def test_people_that_cannot_be_read_are_told_under_the_field(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker
) -> None:
    scripted.answers["list-people"] = lambda params, plan: Problem(
        "FILE", "users.csv is not there.", "It was moved.", "Choose it again."
    )
    panel = make()
    qtbot.waitUntil(
        lambda: panel.picker.line.text() == "users.csv is not there. It was moved. Choose it again."
    )
    scripted.answers["list-people"] = search
    panel.on_show()
    qtbot.waitUntil(lambda: panel.picker.matches.count() > 0)


def test_one_person_is_sent_once_and_told_step_by_step(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker
) -> None:
    panel = make()
    choose_person(qtbot, panel, "ann")
    press(qtbot, panel.button)
    press(qtbot, panel.button)
    panel.provision()
    call = sent(scripted)
    assert call.params == {"person": "id-ann"}
    assert panel.button.text() == "Provisioning..."
    assert not panel.picker.isEnabled()
    call.say(Progress(text="Looking the person up."))
    assert panel.line.text() == "Looking the person up."
    call.say(Notice(level="warning", text="Two mappings are odd."))
    assert panel.notice.text == "Two mappings are odd."
    changes = [Change(target="name.givenName", old="Anne", new="Ann"), Change(target="title", new="Chief")]
    with qtbot.waitSignal(panel.changed):
        call.end(report(action="update", changes=changes, target_id="42"))
    assert panel.outcome.sentence.text == "ann was updated."
    assert panel.outcome.sentence._tone is Tone.GOOD
    assert panel.outcome.isVisible()
    assert not panel.empty.isVisible()
    rows = [panel.outcome.values.rows.row(place).cells for place in range(2)]
    assert rows == [("name.givenName", "Anne", "Ann"), ("title", "empty", "Chief")]
    assert "42" in panel.outcome.facts.text()
    steps = panel.outcome.steps.rows
    assert [step.accessibleName().split(",")[0] for step in steps] == [
        "Import",
        "Scope",
        "Match",
        "Export",
        "Reference",
    ]
    assert [step.more.isVisible() for step in steps] == [False, False, True, False, False]
    assert not steps[2].details.isVisible()
    press(qtbot, steps[2].more)
    assert steps[2].details.isVisible()
    assert steps[2].details.text() == 'filter: userName eq "ann"'
    assert panel.button.isEnabled()


@pytest.mark.parametrize(
    ("told", "tone"),
    [
        ({"status": "failure", "action": "create"}, Tone.BAD),
        ({"status": "warning"}, Tone.WARNING),
        ({"status": "skipped"}, Tone.MUTED),
        ({"status": "success", "action": "staged-delete"}, Tone.WARNING),
    ],
)
def test_what_did_not_go_well_says_why_and_what_to_do(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker, told: dict[str, Any], tone: Tone
) -> None:
    panel = make()
    choose_person(qtbot, panel, "ann")
    press(qtbot, panel.button)
    sent(scripted).end(report(sentence="ann: another has it.", remedy="Merge them.", code="SCIM-409", **told))
    outcome = panel.outcome
    assert outcome.sentence.text == "ann: another has it."
    assert outcome.sentence._tone is tone
    assert outcome.remedy.text() == "What to do: Merge them."
    assert "SCIM-409" in outcome.facts.text()
    assert not outcome.values.isVisible()
    assert outcome.unchanged.text().startswith("No value was changed in the app")


def test_a_group_takes_five_members_at_most(qtbot: QtBot, make: Make, scripted: ScriptedWorker) -> None:
    panel = make()
    assert not panel.members.isVisible()
    press(qtbot, panel.group)
    choose_person(qtbot, panel, "sal")
    for name in ("ann@", "ann@", "anton", "bea", "carl", "dora"):
        choose(qtbot, panel.members.picker.edit, name)
        qtbot.waitUntil(lambda: not panel.members.picker.edit.text())
        if name == "ann@":
            # Enter once more adds nobody: it only offers them.
            qtbot.keyClick(panel.members.picker.edit, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: panel.members.picker.matches.isVisible())
            assert panel.members.chosen.count() == 1
    assert not panel.members.picker.edit.isEnabled()
    assert panel.members.chosen.count() == 5
    # The field is empty again, and nothing is looked for by itself.
    qtbot.wait(250)
    assert not panel.members.picker.matches.isVisible()
    panel.members.chosen.setCurrentRow(0)
    press(qtbot, panel.members.out)
    assert panel.members.picker.edit.isEnabled()
    press(qtbot, panel.button)
    call = sent(scripted)
    assert call.params == {"group": "id-sales", "members": ["id-anton", "id-bea", "id-carl", "id-dora"]}
    member = Entry(
        action="none", status="failure", name="bea@contoso.com", reason="No member.", remedy="Add her."
    )
    call.end(report(kind="group", members=[member]))
    assert panel.outcome.members.isVisible()
    cells = panel.outcome.members.rows.row(0).cells
    assert cells == ("bea@contoso.com", "No change", "Failed", "No member. Add her.")
    # Back to one person: the members are of no meaning then.
    press(qtbot, panel.person)
    assert panel.picker.row is None
    assert not panel.members.rows


@pytest.mark.parametrize("group", [False, True])
def test_entra_is_asked_in_its_own_words(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker, group: bool
) -> None:
    from app.tasks.registry import TASKS

    panel = make(task="entra-provision")
    assert panel.warning.text().startswith("Microsoft Entra sends this")
    if group:
        press(qtbot, panel.group)
    choose_person(qtbot, panel, "sal" if group else "ann")
    assert not scripted.of("list-people")
    press(qtbot, panel.button)
    asked = sent(scripted, "entra-provision").params
    assert asked == ({"group": "id-sales", "members": []} if group else {"user": "id-ann"})
    for call in scripted.calls:
        TASKS[call.task].params(call.params)  # raises for what the task does not know


def test_a_problem_goes_to_the_window_and_it_can_be_tried_again(
    qtbot: QtBot, make: Make, scripted: ScriptedWorker
) -> None:
    panel = make()
    choose_person(qtbot, panel, "ann")
    press(qtbot, panel.button)
    order: list[str] = []
    panel.changed.connect(lambda: order.append("changed"))
    panel.failed.connect(lambda problem: order.append(problem.code))
    sent(scripted).end(Problem("NO-APP", "The app does not answer."))
    # The window takes its problem away when something has changed.
    assert order == ["changed", "NO-APP"]
    assert panel.empty.title.text() == "ann@contoso.com was not provisioned"
    assert panel.button.isEnabled()


def test_stop_cancels_and_is_no_problem(qtbot: QtBot, make: Make, scripted: ScriptedWorker) -> None:
    panel = make()
    choose_person(qtbot, panel, "ann")
    press(qtbot, panel.button)
    press(qtbot, panel.stop)
    call = sent(scripted)
    assert call.cancelled
    assert not panel.stop.isEnabled()
    with qtbot.assertNotEmitted(panel.failed):
        call.end(Problem("CANCELLED", "It was stopped."))
    assert "was stopped" in panel.empty.title.text()
    assert not panel.stop.isVisible()


def test_with_the_real_worker_and_the_practice_app(
    qtbot: QtBot, make: Make, plan: Path, worker: WorkerClient
) -> None:
    text = (
        plan.read_text(encoding="utf-8")
        .replace('"invision"', '"scim"')
        .replace('"this-computer"', '"practice"')
    )
    plan.write_text(
        "\n".join(line for line in text.splitlines() if "tenant_url" not in line), encoding="utf-8"
    )
    with (plan.parent / "users.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("userPrincipalName", "displayName", "mail", "id", "accountEnabled"))
        for number, name in enumerate(("ann", "bea")):
            address = f"{name}@contoso.com"
            writer.writerow((address, name, address, f"00000000-0000-4000-8000-00000000000{number}", "True"))
    panel = make(worker)
    choose(qtbot, panel.picker.edit, "bea")
    qtbot.waitUntil(lambda: panel.picker.row is not None, timeout=10_000)
    with qtbot.waitSignal(panel.changed, timeout=10_000):
        press(qtbot, panel.button)
    assert "bea@contoso.com was created in the app" in panel.outcome.sentence.text
    assert len(panel.outcome.steps.rows) == 5
    assert panel.outcome.values.rows.rowCount() > 0
