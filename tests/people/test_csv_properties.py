"""What holds for any users file: nothing is lost, nothing is invented, and nothing else is raised."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.csv_source import DOWNLOAD_COLUMNS, CsvDirectory, PeopleProblem
from tests.people.tables import csv_text, read_users, row

_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffd\ufeff"), max_size=12)


@given(
    st.lists(st.tuples(_CELLS, _CELLS, st.booleans()), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_isread_users(
    tmp_path: Path, people: list[tuple[str, str, bool]], delimiter: str, encoding: str
) -> None:
    rows = [["userPrincipalName", "displayName", "city", "accountEnabled"]]
    rows += [[f"u{n}@x.com", one, two, str(on)] for n, (one, two, on) in enumerate(people)]
    read, directory = read_users(tmp_path / "users.csv", csv_text(rows, delimiter), encoding)
    assert directory.faults == []
    assert [dict(record.attributes) for record in read] == [
        {
            "userPrincipalName": f"u{n}@x.com",
            "objectId": f"u{n}@x.com",
            "accountEnabled": on,
            **{key: value for key, value in (("displayName", one), ("city", two)) if value.strip()},
        }
        for n, (one, two, on) in enumerate(people)
    ]


_HEADER = b"userPrincipalName,objectId,accountEnabled,manager\n"
_PIECES = st.sampled_from(
    [
        b"a@x.com",
        b"1",
        b"True",
        b",",
        b";",
        b"\n",
        b"\r",
        b'"',
        b'""',
        b"\xff",
        b"\xc3",
        b"\x00",
        b"\xef\xbb\xbf",
    ]
    + [
        b"\xff\xfe",
        _HEADER,
        _HEADER.decode().encode("utf-16"),
        b",,,\n",
        b"\xed\xa0\x80",
        b" ",
        b"x" * 200_000,
    ]
)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda rest: _HEADER + rest),
        st.lists(_PIECES, max_size=20).map(b"".join),
        st.lists(_PIECES, max_size=20).map(lambda rest: _HEADER + b"".join(rest)),
    )
)
@settings(max_examples=400)
def test_any_bytes_are_people_and_faults_or_a_problem(tmp_path: Path, content: bytes) -> None:
    path, groups = tmp_path / "users.csv", tmp_path / "groups.csv"
    path.write_bytes(content)
    groups.write_bytes(
        content.replace(b"userPrincipalName,objectId,accountEnabled", b"groupId,groupDisplayName,memberId")
    )
    directory = CsvDirectory(path, groups)
    for read in (directory.users, directory.groups):
        try:
            records = list(read())
        except PeopleProblem:
            continue
        assert len({record.id for record in records}) == len(records)
        assert all(record.id for record in records)
        "".join(str(record.attributes) for record in records).encode("utf-8")
    lines = content.count(b"\n") + content.count(b"\r") + 1
    assert all(1 <= fault.line <= lines for fault in directory.faults)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_faulty_rows_never_hide_sound_ones(tmp_path: Path, sound: list[bool]) -> None:
    bad = ['x@x.com,"open', "x@x.com", ",no name", "x@x.com,a,b,c"]
    lines = [f"u{n}@x.com,Name" if good else bad[n % len(bad)] for n, good in enumerate(sound)]
    people, directory = read_users(
        tmp_path / "users.csv", "userPrincipalName,displayName\n" + "\n".join(lines) + "\n"
    )
    names = [f"u{n}@x.com" for n, good in enumerate(sound) if good]
    assert [person.name for person in people if person.name != "x@x.com"] == names


def test_a_hundred_thousand_people_are_not_held_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(DOWNLOAD_COLUMNS) + "\n")
        for n in range(20_000):
            out.write(
                csv_text(
                    [row(userPrincipalName=f"u{n}@x.com", objectId=f"{n:036d}", city="Oslo" * 20)], end="\n"
                )
            )
    directory = CsvDirectory(file)
    tracemalloc.start()
    count = sum(1 for _ in directory.users())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    # The ids alone, to find duplicates: some 130 bytes each. A record takes about 2,000.
    assert most < 20_000 * 250
