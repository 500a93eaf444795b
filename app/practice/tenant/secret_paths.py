"""Credentials and settings of a provisioning: replaced whole, read back masked. Source: entra.md, 1.6."""

from __future__ import annotations

from typing import Final

from app.practice.tenant.fault import bad_request
from app.practice.tenant.job_paths import AT
from app.practice.tenant.request import NOTHING, Answer, Request, route
from app.practice.tenant.tenant import Tenant

MASKED: Final = frozenset(
    [
        "AppKey",
        "ClientSecret",
        "ConnectionString",
        "ConsumerSecret",
        "Oauth2AccessToken",
        "Oauth2AuthorizationCode",
        "Oauth2ClientSecret",
        "Oauth2RefreshToken",
        "Password",
        "SecretToken",
        "TokenKey",
    ]
)
"""What reads back as ``*``. Which keys the service masks is not documented: those whose name says secret."""
_SPOKEN: Final = frozenset(
    [
        "ApplicationTemplateIdentifier",
        "AuthenticationType",
        "BaseAddress",
        "ClientIdentifier",
        "CompanyId",
        "ConsumerKey",
        "Domain",
        "EnforceDomain",
        "HardDeletesEnabled",
        "InstanceName",
        "Oauth2AccessTokenCreationTime",
        "Oauth2AuthorizationUri",
        "Oauth2ClientId",
        "Oauth2RedirectUri",
        "Oauth2TokenExchangeUri",
        "PerformInboundEntitlementGrants",
        "Sandbox",
        "SandboxName",
        "Server",
        "SingleSignOnType",
        "SkipOutOfScopeDeletions",
        "SyncAgentADContainer",
        "SyncAgentCompatibilityKey",
        "SyncAll",
        "SyncNotificationSettings",
        "SynchronizationSchedule",
        "SystemOfRecord",
        "TestReferences",
        "TokenExpiration",
        "UpdateKeyOnSoftDelete",
        "Url",
        "UserName",
        "ValidateDomain",
    ]
)
"""Graph's other keys (enum *synchronizationSecret*)."""
LARGEST: Final = 10_240
"""Bytes of all values together. The real limit is not documented but for Azure Government (1 KB)."""


@route("GET", f"{AT}/secrets", "provisioning")
def _secrets(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    kept = tenant.secrets.get(principal, {})
    return Answer(
        body={"value": [{"key": key, "value": "*" if key in MASKED else text} for key, text in kept.items()]}
    )


@route("PUT", f"{AT}/secrets", "provisioning")
def _put_secrets(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    given = request.object().get("value")
    if not isinstance(given, list):
        raise bad_request("Property 'value' is required.")
    kept: dict[str, str] = {}
    for each in given:
        key, value = each.get("key"), each.get("value")
        if key not in MASKED | _SPOKEN:
            raise bad_request(f"The key '{key}' is not known.")
        if value:
            kept[str(key)] = str(value)
    if sum(len(value.encode()) for value in kept.values()) > LARGEST:
        raise bad_request(
            "Message: One or more errors occurred.\r\nWeb Response: \r\n"
            '{"odata.error":{"code":"Request_InvalidPropertyValue","message":{"lang":"en",'
            '"value":"Size of input ExternalSecret data is invalid.\\r\\nParameter name: data"}}}'
        )
    tenant.secrets[principal] = kept
    return NOTHING


@route("GET", f"{AT}/secrets/$count", "provisioning")
def _count(tenant: Tenant, request: Request, principal: str) -> Answer:
    tenant.principal(principal)
    return Answer(body=len(tenant.secrets.get(principal, {})))
