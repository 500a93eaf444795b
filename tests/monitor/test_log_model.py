"""The log's model on a real database, read through the real worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.engine.events import LogEntry
from app.engine.state.store import Store
from app.monitor.log_model import PAGE, LogModel
from app.monitor.log_query import LogQuery
from app.monitor.watched_plan import WatchedPlan
from app.setup.folders import state_folder
from app.worker.client import Call, WorkerClient
from app.worker.messages import LogPage

_TIME, _NAME, _ACTION, _STATUS = range(4)


class Counting(WatchedPlan):
    """A watched plan that counts what it asks for."""

    def __init__(self, path: Path, worker: WorkerClient) -> None:
        super().__init__(path, worker)
        self.asked: list[dict[str, object]] = []

    def ask(self, task: str, **params: object) -> Call:
        self.asked.append(params)
        return super().ask(task, **params)


class Ear(QObject):
    def __init__(self, model: LogModel) -> None:
        super().__init__()
        self.started = 0
        self.newer: list[int] = []
        self.failed: list[object] = []
        model.started.connect(self.on_started)
        model.newer.connect(self.on_newer)
        model.failed.connect(self.on_failed)

    @Slot()
    def on_started(self) -> None:
        self.started += 1

    @Slot(int)
    def on_newer(self, more: int) -> None:
        self.newer.append(more)

    @Slot(object)
    def on_failed(self, problem: object) -> None:
        self.failed.append(problem)


Open = Callable[[Path], LogModel]


@pytest.fixture
def open_log(qtbot: QtBot, worker: WorkerClient) -> Open:
    def make(plan: Path) -> LogModel:
        model = LogModel(Counting(plan, worker))
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
        show(qtbot, model, LogQuery())
        return model

    return make


def show(qtbot: QtBot, model: LogModel, query: LogQuery) -> None:
    with qtbot.waitSignal(model.started):
        model.show_query(query)


def text(model: LogModel, row: int, column: int) -> str:
    return str(model.index(row, column).data())


def fetched(qtbot: QtBot, model: LogModel, row: int) -> str:
    """A cell's name, once its page is there."""
    qtbot.waitUntil(lambda: text(model, row, _NAME) != "…")
    return text(model, row, _NAME)


def add_rows(plan: Path, count: int, name: str = "new") -> None:
    """What a running cycle does meanwhile."""
    with Store.open(state_folder(plan)) as store:
        store.begin()
        entries = [LogEntry("user", "create", "success", f"{name}{number}@x") for number in range(count)]
        for entry in entries:
            entry.time = "2026-11-25T10:00:00.000Z"
        store.log.write(entries)
        store.commit()


def number_of(name: str) -> int:
    return int("".join(letter for letter in name.split("@")[0] if letter.isdigit()))


def test_the_newest_stand_first_and_only_what_is_looked_at_is_read(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path]
) -> None:
    model = open_log(history(3_000))
    assert model.rowCount() == 3_000
    assert number_of(text(model, 0, _NAME)) == 2_999
    assert number_of(fetched(qtbot, model, 1_500)) == 1_499
    assert number_of(fetched(qtbot, model, 2_999)) == 0
    asked = model._watched.asked  # type: ignore[attr-defined]
    # QAbstractItemModelTester looks around too, but the log was never read as a whole.
    assert sum(int(str(each["limit"])) for each in asked) < 1_000


def test_flying_over_the_log_asks_for_what_is_in_view_in_the_end(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path]
) -> None:
    model = open_log(history(3_000))
    model._watched.asked.clear()  # type: ignore[attr-defined]
    for row in range(100, 2_900, 10):
        model.index(row, _NAME).data()
    assert number_of(fetched(qtbot, model, 2_890)) == 109
    assert len(model._watched.asked) <= 4  # type: ignore[attr-defined]


@pytest.mark.parametrize("descending", [False, True])
def test_the_database_sorts(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], descending: bool
) -> None:
    model = open_log(history(300))
    with qtbot.waitSignal(model.started):
        model.sort(_NAME, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
    names = [fetched(qtbot, model, row) for row in range(0, 300, 7)]
    assert names == sorted(names, reverse=descending)


def test_a_filter_narrows_and_counts(qtbot: QtBot, open_log: Open, history: Callable[[int], Path]) -> None:
    model = open_log(history(900))
    show(qtbot, model, LogQuery(status="failure"))
    few = model.rowCount()
    assert 0 < few < 200
    assert {text(model, row, _STATUS) for row in range(min(few, PAGE))} == {"Failed"}
    show(qtbot, model, LogQuery(user="899@"))
    assert model.rowCount() == 1
    show(qtbot, model, LogQuery(cycle=2))
    assert model.rowCount() == 300
    show(qtbot, model, LogQuery(user="nobody"))
    assert model.rowCount() == 0


def test_new_rows_come_in_at_the_top_and_the_others_keep_their_place(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], plan: Path
) -> None:
    model = open_log(history(500))
    kept = model.index(3, _NAME)
    persistent, before = QPersistentModelIndex(kept), text(model, 3, _NAME)
    add_rows(plan, 250)
    with qtbot.waitSignal(model.rowsInserted):
        model.look_for_news(follow=True)
    assert model.rowCount() == 750
    assert text(model, 0, _NAME) == "new249@x"
    assert persistent.row() == 253
    assert text(model, 253, _NAME) == before
    assert fetched(qtbot, model, 150) == "new99@x"


def test_rows_that_are_not_followed_are_counted_and_move_nothing(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], plan: Path
) -> None:
    model = open_log(history(1_000))
    ear = Ear(model)
    add_rows(plan, 400)
    model.look_for_news(follow=False)
    qtbot.waitUntil(lambda: ear.newer == [400])
    assert model.rowCount() == 1_000
    # In the database everything has moved down by 400; a page read now still lands where it belongs.
    assert number_of(fetched(qtbot, model, 600)) == 399


def test_in_another_order_new_rows_are_only_counted(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], plan: Path
) -> None:
    model = open_log(history(200))
    ear = Ear(model)
    show(qtbot, model, LogQuery(sort="name", descending=False))
    add_rows(plan, 2)
    model.look_for_news(follow=True)
    qtbot.waitUntil(lambda: ear.newer == [2])
    assert model.rowCount() == 200


def test_rows_that_a_cycle_amended_are_read_again(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], plan: Path
) -> None:
    model = open_log(history(100))
    assert text(model, 0, _ACTION) != "Delete"
    with Store.open(state_folder(plan)) as store:
        store.begin()
        store.db.execute("UPDATE log SET action = 'delete' WHERE row = (SELECT max(row) FROM log)")
        store.commit()
    model.refresh_rows()
    qtbot.waitUntil(lambda: text(model, 0, _ACTION) == "Delete")


def test_only_so_many_rows_are_held(
    qtbot: QtBot, worker: WorkerClient, history: Callable[[int], Path]
) -> None:
    model = LogModel(Counting(history(900), worker), kept=150)
    show(qtbot, model, LogQuery())
    for row in range(0, 900, PAGE // 2):
        fetched(qtbot, model, row)
        assert len(model._rows) <= 150
    assert number_of(fetched(qtbot, model, 0)) == 899


def test_a_query_that_comes_while_another_is_answered_wins(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path]
) -> None:
    model = open_log(history(600))
    ear = Ear(model)
    model.show_query(LogQuery(status="failure"))
    model.show_query(LogQuery(status="warning"))
    model.show_query(LogQuery(status="success"))
    qtbot.waitUntil(lambda: not model.busy)
    assert {text(model, row, _STATUS) for row in range(20)} == {"Succeeded"}
    assert ear.started == 1  # the outdated answers were never shown


def test_a_database_that_cannot_be_read_is_told(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], plan: Path
) -> None:
    model = open_log(history(100))
    ear = Ear(model)
    database = next(state_folder(plan).glob("*.sqlite"))
    for extra in database.parent.glob("*.sqlite-*"):
        extra.unlink()
    database.write_bytes(b"this is no database" * 1_000)
    model.show_query(LogQuery(status="failure"))
    qtbot.waitUntil(lambda: bool(ear.failed))
    assert getattr(ear.failed[0], "code", "") == "STATE-DAMAGED"


def test_of_very_many_the_first_are_shown_and_news_are_seen(
    qtbot: QtBot, open_log: Open, history: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = LogModel._take

    def take(model: LogModel, page: LogPage) -> None:
        """The database answers so where very many rows pass."""
        plain(model, page.model_copy(update={"total": min(page.total, 500), "more": page.total > 500}))

    monkeypatch.setattr(LogModel, "_take", take)
    plan = history(3_000)
    model = open_log(plan)
    ear = Ear(model)
    show(qtbot, model, LogQuery(user="@"))
    assert (model.rowCount(), model.more) == (500, True)
    add_rows(plan, 4)
    with qtbot.waitSignal(model.newer):
        model.look_for_news(follow=False)
    assert ear.newer == [4]
    with qtbot.waitSignal(model.started):
        model.look_for_news(follow=True)
    assert text(model, 0, _NAME) == "new3@x"
    assert model.rowCount() == 500
    show(qtbot, model, LogQuery(user="new"))
    assert (model.rowCount(), model.more) == (4, False)
