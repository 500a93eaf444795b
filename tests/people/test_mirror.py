"""The copy of a directory that tells changes only: pages that come twice, break off, or start again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.mirror import Heard, Mirror
from app.people.record import Record, Removed
from app.setup.problem import Problem


def ids(told: object) -> list[str]:
    return sorted(("-" if isinstance(each, Removed) else "") + each.id for each in told)  # type: ignore[attr-defined]


@pytest.fixture
def mirror(tmp_path: Path):  # type: ignore[no-untyped-def]
    with Mirror(tmp_path) as made:
        yield made


def fill(mirror: Mirror) -> str:
    users = mirror.read("user", whole=True)
    users.apply([Heard(each, {"displayName": each, "mail": f"{each}@x"}) for each in "abc"])
    users.finish("users-1")
    groups = mirror.read("group", whole=True)
    groups.apply([Heard("g", {"displayName": "G"}, joined=("a", "b"))])
    groups.apply([Heard("g", {"displayName": "G"}, joined=("c",))])  # a big group comes in parts
    groups.finish("groups-1")
    return mirror.watermark()


def test_parts_are_put_together(mirror: Mirror) -> None:
    mark = fill(mirror)
    assert [each.members for each in mirror.groups()] == [("a", "b", "c")]
    reading = mirror.read("user", whole=False)
    reading.apply([Heard("a", {"mail": None, "surname": "Ada"}, partial=True)])
    reading.finish("users-2")
    assert mirror.find("user", "a") == Record("user", "a", {"displayName": "a", "surname": "Ada"})
    assert ids(mirror.changes("user", mark)) == ["a"]
    assert ids(mirror.changes("group", mark)) == []
    link = mirror.link("user")
    assert link is not None
    assert link.text == "users-2"


def test_what_comes_twice_changes_nothing(mirror: Mirror) -> None:
    fill(mirror)
    mark = mirror.watermark()
    fill(mirror)
    assert ids(mirror.changes("user", mark)) == []
    assert ids(mirror.changes("group", mark)) == []


def test_joining_and_leaving_touch_the_person_too(mirror: Mirror) -> None:
    mark = fill(mirror)
    mirror.read("group", whole=False).apply([Heard("g", partial=True, left=("b",))])
    assert ids(mirror.changes("user", mark)) == ["b"]
    assert ids(mirror.changes("group", mark)) == ["g"]
    mark = mirror.watermark()
    mirror.read("group", whole=False).apply([Removed("group", "g")])
    assert ids(mirror.changes("user", mark)) == ["a", "c"]
    assert ids(mirror.changes("group", mark)) == ["-g"]


def test_the_removed_are_told_and_may_come_back(mirror: Mirror) -> None:
    mark = fill(mirror)
    reading = mirror.read("user", whole=False)
    reading.apply([Removed("user", "a", restorable=True), Removed("user", "stranger")])
    assert list(mirror.changes("user", mark) or ()) == [
        Removed("user", "a", restorable=True),
        Removed("user", "stranger"),
    ]
    assert mirror.find("user", "a") is None
    mark = mirror.watermark()
    reading.apply([Removed("user", "a", restorable=True)])
    assert ids(mirror.changes("user", mark)) == []
    reading.apply([Removed("user", "a")])
    assert list(mirror.changes("user", mark) or ()) == [Removed("user", "a")]
    reading.apply([Heard("a", {"displayName": "back"})])
    assert [each.name for each in mirror.users()] == ["back", "b", "c"]


def test_a_whole_reading_takes_away_whoever_is_not_in_it_at_its_end_only(mirror: Mirror) -> None:
    mark = fill(mirror)
    broken = mirror.read("user", whole=True)
    broken.apply([Heard("a", {"displayName": "a", "mail": "a@x"})])
    assert ids(mirror.users()) == ["a", "b", "c"]  # it broke off
    again = mirror.read("user", whole=True)
    again.apply([Heard("a", {"displayName": "a", "mail": "a@x"}), Heard("d", {"displayName": "d"})])
    again.finish("users-9")
    assert ids(mirror.users()) == ["a", "d"]
    assert ids(mirror.changes("user", mark)) == ["-b", "-c", "d"]
    groups = mirror.read("group", whole=True)
    groups.apply([Heard("g", {"displayName": "G"}, joined=("a",))])
    groups.finish("groups-9")
    assert [each.members for each in mirror.groups()] == [("a",)]


def test_a_page_that_fails_leaves_nothing(mirror: Mirror) -> None:
    mark = fill(mirror)

    def page():  # type: ignore[no-untyped-def]
        yield Heard("a", {"displayName": "half"})
        raise KeyError

    with pytest.raises(KeyError):
        mirror.read("user", whole=False).apply(page())
    assert mirror.watermark() == mark
    assert mirror.find("user", "a") == Record("user", "a", {"displayName": "a", "mail": "a@x"})


def test_a_watermark_of_another_mirror_is_not_known(mirror: Mirror, tmp_path: Path) -> None:
    mark = fill(mirror)
    with Mirror(tmp_path / "other") as other:
        assert other.changes("user", mark) is None
    for strange in ("", "nonsense", f"{mark}0", f"{mark.split(':')[0]}:x"):
        assert mirror.changes("user", strange) is None


def test_it_lasts_and_what_is_no_mirror_is_told(tmp_path: Path) -> None:
    with Mirror(tmp_path) as mirror:
        mark = fill(mirror)
    with Mirror(tmp_path) as mirror:
        assert mirror.watermark() == mark
        assert ids(mirror.users()) == ["a", "b", "c"]
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "directory.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(Problem) as caught:
        Mirror(tmp_path / "bad")
    assert caught.value.code == "MIRROR"


steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "remove", "join", "leave"]), st.sampled_from("abcd"), st.sampled_from("xy")
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(steps)
def test_changes_told_one_by_one_come_to_what_a_whole_reading_gives(tmp_path_factory, taken) -> None:
    people: dict[str, str] = {}
    teams: dict[str, set[str]] = {"x": set(), "y": set()}
    with Mirror(tmp_path_factory.mktemp("mirror")) as mirror:
        mirror.read("group", whole=True).apply([Heard("x", {"n": "x"}), Heard("y", {"n": "y"})])
        for number, (what, person, team) in enumerate(taken):
            if what == "put":
                people[person] = str(number)
                mirror.read("user", whole=False).apply([Heard(person, {"n": str(number)})])
            elif what == "remove":
                people.pop(person, None)
                mirror.read("user", whole=False).apply([Removed("user", person)])
            else:
                heard = {"joined" if what == "join" else "left": (person,)}
                (teams[team].add if what == "join" else teams[team].discard)(person)
                mirror.read("group", whole=False).apply([Heard(team, partial=True, **heard)])
        assert {each.id: each.attributes["n"] for each in mirror.users()} == people
        assert {each.id: set(each.members) for each in mirror.groups()} == teams
        mark = mirror.watermark()
        whole = mirror.read("user", whole=True)
        whole.apply([Heard(person, {"n": value}) for person, value in people.items()])
        whole.finish("")
        assert list(mirror.changes("user", mark) or ()) == []
