"""People for benchmarks, made as they are read so that they cost no memory; and a plan that takes them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from app.people.record import Fault, Record
from app.setup.plan import SetupPlan


class Crowd:
    """A directory of any number of people."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.faults: list[Fault] = []

    def users(self) -> Iterator[Record]:
        for n in range(self._count):
            yield Record(
                "user",
                f"{n:08x}-1111-4222-8333-444444444444",
                {
                    "userPrincipalName": f"person{n}@contoso.com",
                    "displayName": f"Person {n}",
                    "givenName": "Person",
                    "surname": f"Number {n}",
                    "mail": f"person{n}@contoso.com",
                    "mailNickname": f"person{n}",
                    "jobTitle": "Designer",
                    "department": "Sales" if n % 2 else "Research",
                    "country": "Norway",
                    "city": "Oslo",
                    "postalCode": "0150",
                    "telephoneNumber": f"+47 {n:08d}",
                    "accountEnabled": True,
                },
            )

    def groups(self) -> Iterator[Record]:
        yield from ()

    def write_csv(self, path: Path) -> None:
        """The same people as the admin center's file has them."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table: csv.DictWriter[str] | None = None
            for record in self.users():
                row = {"objectId": record.id, **{key: str(each) for key, each in record.attributes.items()}}
                if table is None:
                    table = csv.DictWriter(file, list(row))
                    table.writeheader()
                table.writerow(row)


def everybody(address: str, users: str = "") -> SetupPlan:
    """A plan whose scope is everybody, for an app at this address."""
    plan = SetupPlan()
    plan.app.profile = "scim"
    plan.app.tenant_url = address
    plan.scope.who = "all"
    if users:
        plan.source.users = users
    return plan
