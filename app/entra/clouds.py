"""The clouds a tenant can be in, each with hosts of its own. A token of one is worth nothing in another.

Source: Microsoft, "National cloud deployments", and the Microsoft Graph SDK's list.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.setup.problem import Problem

NON_GALLERY_TEMPLATE: Final = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The application template of "Create your own application"; the same in every cloud."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud.

    Attributes:
        name: as the plan has it: ``global``, ``us-l4``, ``us-l5``, ``china`` or ``practice``.
        title: as a person reads it.
        login: where tokens come from; empty in a practice tenant.
        graph: scheme, host and port of Microsoft Graph, without a path.
        portal: the admin center.
        complete: whether every call that Rollcall makes is documented to be there.
    """

    name: str
    title: str
    login: str
    graph: str
    portal: str
    complete: bool = True

    @property
    def base(self) -> str:
        """What every path of Graph is put behind."""
        return f"{self.graph}/v1.0"

    @property
    def host(self) -> str:
        """Graph's host name alone."""
        return urlsplit(self.graph).hostname or ""

    @property
    def is_practice(self) -> bool:
        """Whether this is a practice tenant on this computer."""
        return self.name == "practice"

    def authority(self, tenant: str = "") -> str:
        """Where to sign in for a tenant, named by domain or id; without one, for any organisation.

        ``common`` is not used: it would let personal accounts in, which have no tenant to provision from.
        """
        return f"{self.login}/{tenant.strip() or 'organizations'}"

    def scope(self, permission: str) -> str:
        """A permission as this cloud's sign-in wants it asked for: with its own Graph host in front."""
        return f"{self.graph}/{permission}"

    def consent_link(self, client_id: str, tenant: str = "") -> str:
        """Where an administrator can agree, for the whole tenant, to what a client asks for."""
        return f"{self.authority(tenant)}/adminconsent?client_id={client_id}"


CLOUDS: Final[dict[str, Cloud]] = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "global",
            "Global (also GCC)",
            "https://login.microsoftonline.com",
            "https://graph.microsoft.com",
            "https://entra.microsoft.com",
        ),
        Cloud(
            "us-l4",
            "US Government L4 (GCC High)",
            "https://login.microsoftonline.us",
            "https://graph.microsoft.us",
            "https://portal.azure.us",
        ),
        Cloud(
            "us-l5",
            "US Government L5 (DoD)",
            "https://login.microsoftonline.us",
            "https://dod-graph.microsoft.us",
            "https://portal.azure.us",
        ),
        # The pages of Graph still name login.chinacloudapi.cn, which MSAL 1.39 calls deprecated.
        Cloud(
            "china",
            "China (21Vianet)",
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn",
            "https://portal.azure.cn",
            complete=False,
        ),
    )
}


def practice(url: str) -> Cloud:
    """The cloud of a practice tenant, by the address its Graph answers at, with or without ``/v1.0``.

    Raises:
        Problem: the address is not one of this computer. Plain http and unchecked sign-in are for here only.
    """
    try:
        parts = urlsplit(url.strip().rstrip("/").removesuffix("/v1.0"))
        port = parts.port
        inside = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        inside, port, parts = False, None, urlsplit("")
    if not inside or parts.scheme != "http" or parts.path or parts.query or parts.username:
        raise Problem(
            "GRAPH-NOT-LOOPBACK",
            "This is no address of a practice tenant.",
            "A practice tenant runs on this computer only; its address begins with http://127.0.0.1.",
            "Start one with `rollcall practice serve` and use the Graph URL that it prints.",
        )
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    origin = f"http://{host}:{port}" if port else f"http://{host}"
    return Cloud("practice", "Practice tenant on this computer", "", origin, origin)


def cloud_named(name: str, graph_url: str = "") -> Cloud:
    """The cloud that a plan names; a practice tenant's has an address with it.

    Raises:
        Problem: there is no cloud of that name, or the address is not one of this computer.
    """
    if graph_url or name == "practice":
        return practice(graph_url)
    cloud = CLOUDS.get(name)
    if cloud is None:
        raise Problem(
            "CLOUD-UNKNOWN",
            f"There is no cloud named {name[:40]!r}.",
            "The plan's part [entra] names the cloud that the tenant is in.",
            f"Write one of {', '.join(CLOUDS)} there, or practice.",
        )
    return cloud
