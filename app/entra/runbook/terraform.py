"""A configuration for Terraform's azuread provider, for what that covers; what it does not is named in it."""

from __future__ import annotations

import re

from app.entra.app_roles import new_role
from app.entra.clouds import NON_GALLERY_TEMPLATE
from app.entra.credentials import SETTINGS, notification_settings
from app.entra.runbook.quoting import one_line, tf
from app.entra.synchronization_job import SCIM
from app.entra.wish import Wish, is_guid

ENVIRONMENTS = {"global": "global", "us-l4": "usgovernmentl4", "us-l5": "usgovernmentl5", "china": "china"}

_HEAD = """\
# Provisioning to {app} with Microsoft Entra, made by Rollcall from a plan.
#
# The azuread provider does not cover these; do them with `rollcall entra apply`, or by the Markdown runbook:
{missing}
terraform {{
  required_providers {{
    azuread = {{
      source  = "hashicorp/azuread"
      version = "~> 3.0"
    }}
  }}
}}

provider "azuread" {{
  environment = "{environment}"{tenant}
}}

variable "secret_token" {{
  # It comes to stand in Terraform's state: keep that encrypted.
  description = "The app's secret token, from your vault or TF_VAR_secret_token"
  type        = string
  sensitive   = true
}}

variable "synchronization_template" {{
  # GET /servicePrincipals/(id)/synchronization/templates lists them. Never take customappsso.
  description = "Id of the synchronization template"
  type        = string
  default     = {template}
}}
"""

_NEW = """\
{lookup}resource "azuread_application_from_template" "app" {{
  display_name = {name}
  template_id  = {template}
}}

data "azuread_service_principal" "app" {{
  object_id = azuread_application_from_template.app.service_principal_object_id{after}
}}
"""

_PROVISIONING = """\
resource "azuread_synchronization_secret" "app" {{
  service_principal_id = data.azuread_service_principal.app.id

  credential {{
    key   = "BaseAddress"
    value = {url}
  }}
  credential {{
    key   = "SecretToken"
    value = var.secret_token
  }}
  credential {{
    key   = {settings_key}
    value = {settings}
  }}
  credential {{
    key   = "SyncAll"
    value = "{sync_all}"
  }}
}}

# Not enabled: the mappings and filters of the plan come first. Enable it when they are in.
resource "azuread_synchronization_job" "app" {{
  service_principal_id = data.azuread_service_principal.app.id
  template_id          = var.synchronization_template
  enabled              = false

  depends_on = [azuread_synchronization_secret.app]
}}
"""


def not_covered(wish: Wish) -> list[str]:
    """What of the plan the provider has nothing for."""
    found = [
        "the test of the credentials before they are saved",
        f"mappings ({len(wish.users())} for people, {len(wish.groups())} for groups) and the actions",
    ]
    if wish.plan.scope.filters:
        found.append(
            "scoping filters (" + ", ".join(one_line(each.name) for each in wish.plan.scope.filters) + ")"
        )
    if not wish.groups():
        found.append("turning provisioning of groups off")
    found.append("keeping settings that are in the credentials already: the resource owns the whole set")
    found.append("the start, which has to wait for the mappings: set enabled = true afterwards")
    return found


def terraform(wish: Wish) -> str:
    """The configuration."""
    entra = wish.plan.entra
    gallery = "".join(each for each in wish.gallery_name.casefold() if each.isalnum())
    head = _HEAD.format(
        app=one_line(wish.profile.title),
        missing="\n".join(f"#   - {each}" for each in not_covered(wish)) + "\n",
        environment=ENVIRONMENTS.get(entra.cloud, "global"),
        tenant=f"\n  tenant_id   = {tf(entra.tenant.strip())}" if entra.tenant.strip() else "",
        template=tf(gallery or SCIM),
    )
    provisioning = _PROVISIONING.format(
        url=tf(wish.base_address),
        settings_key=tf(SETTINGS),
        settings=tf(notification_settings(wish)),
        sync_all="true" if wish.everybody else "false",
    )
    return "\n".join(
        part for part in (head, _app(wish), _roles(wish), provisioning, _assignments(wish)) if part
    )


def _app(wish: Wish) -> str:
    entra = wish.plan.entra
    if entra.application:
        text = f'data "azuread_service_principal" "app" {{\n  object_id = {tf(entra.application)}\n}}\n'
        if wish.new_roles:
            client = "data.azuread_service_principal.app.client_id"
            text += f'\ndata "azuread_application" "app" {{\n  client_id = {client}\n}}\n'
        return text
    if not wish.gallery_name:
        lookup, template = "", tf(NON_GALLERY_TEMPLATE)
    else:
        named = tf(wish.gallery_name)
        lookup = f'data "azuread_application_template" "app" {{\n  display_name = {named}\n}}\n\n'
        template = "data.azuread_application_template.app.template_id"
    roles = ", ".join(f"azuread_application_app_role.{_label(name)}" for name in wish.new_roles)
    after = f"\n\n  depends_on = [{roles}]" if roles else ""
    return _NEW.format(lookup=lookup, name=tf(wish.application_name), template=template, after=after)


def _roles(wish: Wish) -> str:
    existing = bool(wish.plan.entra.application)
    owner = (
        "data.azuread_application.app.id"
        if existing
        else "azuread_application_from_template.app.application_id"
    )
    blocks = []
    for name in wish.new_roles:
        role = new_role(wish.application_name, name)
        blocks.append(
            f'resource "azuread_application_app_role" "{_label(name)}" {{\n'
            f"  application_id       = {owner}\n"
            f"  role_id              = {tf(str(role['id']))}\n"
            f'  allowed_member_types = ["User"]\n'
            f"  description          = {tf(name)}\n"
            f"  display_name         = {tf(name)}\n"
            f"  value                = {tf(str(role['value']))}\n}}\n"
        )
    return "\n".join(blocks)


def _assignments(wish: Wish) -> str:
    """Who is assigned, and with which role: ``User`` unless the plan names another one."""
    if not wish.assigned:
        return ""
    role = wish.plan.entra.role.strip()
    # The provider's map of roles is keyed by value, which roles of gallery apps do not have.
    chosen = (
        tf(role)
        if is_guid(role)
        else "[for role in data.azuread_service_principal.app.app_roles : role.id if "
        f"role.display_name == {tf(role or 'User')}][0]"
    )
    blocks = [f"locals {{\n  role = {chosen}\n}}\n"]
    for number, entry in enumerate(wish.assigned, start=1):
        kind, _, name = entry.partition(":")
        name = name.strip()
        label = f"{_label(name)}_{number}"
        if kind == "user":
            key = "object_id" if is_guid(name) else "user_principal_name"
            blocks.append(f'data "azuread_user" "{label}" {{\n  {key} = {tf(name)}\n}}\n')
        else:
            key = "object_id" if is_guid(name) else "display_name"
            # Terraform aligns what stands together.
            width = max(len(key), len("security_enabled"))
            blocks.append(
                f'data "azuread_group" "{label}" {{\n  {key.ljust(width)} = {tf(name)}\n'
                f"  {'security_enabled'.ljust(width)} = true\n}}\n"
            )
        blocks.append(
            f'resource "azuread_app_role_assignment" "{label}" {{\n'
            "  app_role_id         = local.role\n"
            f"  principal_object_id = data.azuread_{kind}.{label}.object_id\n"
            "  resource_object_id  = data.azuread_service_principal.app.object_id\n}\n"
        )
    return "\n".join(blocks)


def _label(name: str) -> str:
    """A name as Terraform's identifiers have it."""
    label = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "entry"
    return label if label[0].isalpha() else f"n{label}"
