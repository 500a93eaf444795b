"""The pipe's words: what goes in comes out, and garbage is answered, never a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.worker.messages import (
    RESULTS,
    BadMessage,
    Cancel,
    CheckOutcome,
    CheckVerdict,
    CycleSummary,
    Done,
    Entry,
    ErrorBody,
    ErrorMessage,
    EventMessage,
    Incoming,
    Notice,
    Pause,
    Progress,
    Request,
    ResultMessage,
    encode,
    read_answer,
    read_incoming,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
incoming = st.one_of(
    st.builds(
        Request,
        id=text,
        task=text,
        plan=st.one_of(st.none(), st.just(SetupPlan())),
        plan_path=st.one_of(st.none(), text),
        params=st.dictionaries(
            text, st.one_of(text, st.integers(-(2**40), 2**40), st.booleans()), max_size=3
        ),
    ),
    st.builds(Cancel, id=text, cancel=st.just(True)),
    st.builds(Pause, id=text, pause=st.booleans()),
)
events = st.one_of(
    st.builds(
        Progress, text=text, done=st.integers(0, 10**6), counts=st.dictionaries(text, st.integers(0, 9))
    ),
    st.builds(Notice, text=text),
    st.builds(
        CheckOutcome,
        id=text,
        title=text,
        verdict=st.sampled_from(["pass", "fail"]),
        severity=st.just("major"),
        outcome=text,
    ),
    st.builds(Entry, name=text, action=st.just("create"), status=st.just("success")),
)


@given(incoming)
def test_what_the_window_says_arrives(message: Incoming) -> None:
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert read_incoming(line) == message


@given(text, events)
def test_events_arrive_beside_their_id(id_: str, event: Progress | Notice | CheckOutcome | Entry) -> None:
    message = EventMessage(id=id_, event=event)
    line = encode(message)
    assert json.loads(line)["event"]["event"] == event.event
    assert read_answer(line) == message


def test_results_arrive_typed() -> None:
    sent = CheckVerdict(verdict="ready", sentence="Ready – all well.", requests=9)
    message = read_answer(encode(ResultMessage(id="7", kind="CheckVerdict", result=sent.model_dump())))
    assert isinstance(message, ResultMessage)
    assert message.typed() == sent


def test_every_result_is_known_by_its_name() -> None:
    for name, model in RESULTS.items():
        assert model.__name__ == name
    assert {Done, CycleSummary, CheckVerdict} <= set(RESULTS.values())


@pytest.mark.parametrize(
    ("kind", "result"), [("Nonsense", {}), ("Done", {"sentence": 7}), ("Done", {"more": "fields"})]
)
def test_a_result_of_another_version_is_a_bad_message(kind: str, result: dict[str, object]) -> None:
    with pytest.raises(BadMessage) as caught:
        ResultMessage(id="7", kind=kind, result=result).typed()
    assert caught.value.id == "7"


def test_problems_arrive_whole() -> None:
    sent = Problem("CODE", "What.", "Why.", "Remedy.", "Details")
    message = read_answer(encode(ErrorMessage(id="1", error=ErrorBody.of(sent))))
    assert isinstance(message, ErrorMessage)
    got = message.error.problem()
    assert (got.code, got.what, got.why, got.remedy, got.details) == (
        "CODE",
        "What.",
        "Why.",
        "Remedy.",
        "Details",
    )


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from(
                    ["id", "task", "params", "cancel", "pause", "plan", "event", "result", "error"]
                ),
                st.text(max_size=5),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@given(st.one_of(st.binary(max_size=60), json_values.map(lambda value: json.dumps(value).encode())))
def test_garbage_is_a_bad_message_and_nothing_else(line: bytes) -> None:
    for read in (read_incoming, read_answer):
        try:
            read(line)
        except BadMessage:
            continue


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"id":1,"task":"x"}',
        b"\xff\xfe",
        b'{"id":"1","task":"x","params":{"a":NaN}}x',
        b'"just text"',
        b"null",
    ],
)
def test_known_kinds_of_garbage(line: bytes) -> None:
    with pytest.raises(BadMessage):
        read_incoming(line)


def test_a_fault_never_repeats_what_was_sent() -> None:
    line = b'{"id":"1","task":"token-set","params":{"token":"sEcReT"},"more":"sEcReT"}'
    with pytest.raises(BadMessage) as caught:
        read_incoming(line)
    assert "sEcReT" not in str(caught.value) + caught.value.details
    assert caught.value.id == "1"
