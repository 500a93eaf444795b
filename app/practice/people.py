"""Sample people: 120 users and 8 groups, as the admin center's files have them, the same at every call.

They hold what real directories hold and what trips provisioning up: accents, apostrophes in names and in user
principal names, people without a mail, disabled accounts, guests, a manager chain of four levels.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.setup.folders import resource

USERS = 120
DOMAIN = "contoso.example"
"""A domain that can never exist (RFC 2606), so that no mail ever reaches a person."""
EXTRA = "manager"
"""Not in Microsoft's file: the manager's object id, so that the chain can be shown."""
GROUP_COLUMNS = ("groupId", "groupDisplayName", "memberId", "memberUserPrincipalName")

_DEPARTMENTS = 8
_NAMESPACE = uuid.UUID("6f0d3a52-6c6b-4c0e-9a0b-5d7a2f1c8e10")
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", " ": ""})

_WITHOUT_MAIL = frozenset({17, 58})
_DISABLED = frozenset({23, 64, 101})
_GUESTS = frozenset({118, 119})


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Where the sample people were written."""

    users: Path
    groups: Path


def write_people(folder: Path) -> SampleFiles:
    """Write ``users.csv`` and ``groups.csv`` into a folder, over older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    files = SampleFiles(folder / "users.csv", folder / "groups.csv")
    people = sample_users(USERS)
    _write(files.users, (*_parts()["columns"], EXTRA), people)
    _write(files.groups, GROUP_COLUMNS, _memberships(people))
    return files


def sample_users(number: int) -> list[dict[str, str]]:
    """So many people (900 at most, then names repeat), by the column names of the admin center's file."""
    parts = _parts()
    return [_user(each, parts) for each in range(number)]


def _parts() -> dict[str, Any]:
    return tomllib.loads(resource("practice", "people.toml").read_text(encoding="utf-8"))


def _write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    # With the byte order mark that Excel needs, as the admin center writes it.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _user(number: int, parts: dict[str, Any]) -> dict[str, str]:
    given, surname = _name(number, parts["given"], parts["surnames"])
    department = parts["departments"][number % _DEPARTMENTS]
    office = dict(parts["offices"][number // 3 % len(parts["offices"])])
    dial = office.pop("dial")
    upn = f"{_plain(given)}.{_plain(surname)}@{DOMAIN}".lower()
    mail = "" if number in _WITHOUT_MAIL else upn.replace("'", "")
    guest = number in _GUESTS
    if guest:
        mail = f"{_plain(given)}@fabrikam.example".lower()
        upn = f"{mail.replace('@', '_')}#EXT#@contoso.onmicrosoft.example"
    return office | {
        "userPrincipalName": upn,
        "displayName": f"{given} {surname}",
        "surname": surname,
        "mail": mail,
        "givenName": given,
        "objectId": _id("user", number),
        "userType": "Guest" if guest else "Member",
        "jobTitle": _title(number, department),
        "department": "" if guest else department,
        "accountEnabled": str(number not in _DISABLED),
        "telephoneNumber": f"{dial}{number:03d}",
        "mobile": f"{dial}{number + 200:03d}" if number % 4 == 0 else "",
        EXTRA: "" if guest else _manager(number),
    }


def _name(number: int, given: list[str], surnames: list[str]) -> tuple[str, str]:
    # 30 given names and 33 surnames: the step by which surnames move on keeps all 120 pairs different.
    return given[number % len(given)], surnames[(number * 7 + number // len(given)) % len(surnames)]


def _title(number: int, department: str) -> str:
    if number == 0:
        return "Chief Executive Officer"
    if number <= _DEPARTMENTS:
        return f"Head of {department}"
    return f"{department} Lead" if number <= 3 * _DEPARTMENTS else f"{department} Specialist"


def _manager(number: int) -> str:
    """Specialists report to leads, leads to heads, heads to the chief; the chief to nobody."""
    if number == 0:
        return ""
    if number <= _DEPARTMENTS:
        return _id("user", 0)
    if number <= 3 * _DEPARTMENTS:
        return _id("user", 1 + (number - 1) % _DEPARTMENTS)
    return _id("user", _DEPARTMENTS + 1 + (number - 1) % (2 * _DEPARTMENTS))


def _memberships(people: list[dict[str, str]]) -> list[dict[str, str]]:
    """Groups of every usual kind: everybody, a department, a place, a small one to start with."""
    choices: list[tuple[str, Callable[[dict[str, str]], bool]]] = [
        ("All staff", lambda person: person["userType"] == "Member"),
        ("Designers", lambda person: person["department"] == "Design"),
        ("Engineers", lambda person: person["department"] == "Engineering"),
        ("Finance", lambda person: person["department"] == "Finance"),
        ("Sales Norway", lambda person: person["department"] == "Sales" and person["country"] == "Norway"),
        ("Heads & leads", lambda person: bool(re.search("^Head|Lead$", person["jobTitle"]))),
        ("Équipe Paris", lambda person: person["city"] == "Paris"),
        ("InVision pilot", lambda person: person["jobTitle"].startswith("Head")),
    ]
    return [
        {
            "groupId": _id("group", number),
            "groupDisplayName": name,
            "memberId": person["objectId"],
            "memberUserPrincipalName": person["userPrincipalName"],
        }
        for number, (name, belongs) in enumerate(choices)
        for person in people
        if belongs(person)
    ]


def _plain(name: str) -> str:
    """A name as it stands in a user principal name: without accents, its apostrophe kept."""
    whole = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(letter for letter in whole if not unicodedata.combining(letter))


def _id(kind: str, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}-{number}"))
