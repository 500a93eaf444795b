"""Where the facts behind the checks are written down, for whoever wants to read them: vendors most of all."""

from __future__ import annotations

from typing import Final

_LEARN: Final = "https://learn.microsoft.com/entra/identity/app-provisioning"
_RFC: Final = "https://www.rfc-editor.org/rfc"

ENDPOINT: Final = f"{_LEARN}/use-scim-to-provision-users-and-groups"
"""Microsoft, "Tutorial: develop a SCIM endpoint": what Entra sends and expects."""
COMPATIBILITY: Final = f"{_LEARN}/application-provisioning-config-problem-scim-compatibility"
"""Microsoft, "Known issues with SCIM 2.0 compliance": the two forms of PATCH and the flag between them."""
DEPROVISIONING: Final = f"{_LEARN}/how-provisioning-works#deprovisioning"
"""Microsoft, "How application provisioning works", on people who leave."""


def protocol(section: str) -> str:
    """RFC 7644, the SCIM protocol, at a section."""
    return f"{_RFC}/rfc7644#section-{section}"


def schema(section: str) -> str:
    """RFC 7643, the SCIM schema, at a section."""
    return f"{_RFC}/rfc7643#section-{section}"
