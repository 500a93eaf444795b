"""The practice tenant answers as Microsoft's samples do, and Microsoft's own SDK reads what it answers."""

from __future__ import annotations

import importlib
import json
from typing import Any

from app.practice.app import PracticeApp
from tests.practice.tenant.conftest import Admin
from tests.practice.tenant.gathering import gather
from tests.practice.tenant.test_samples import SAMPLES

ASKED_ELSEWHERE = {"allow_deletes", "provision_on_demand_group"}  # their answers have a sample's shape above
MODELS = {
    "find_template": "application_template_collection_response.ApplicationTemplateCollectionResponse",
    "instantiate": "application_service_principal.ApplicationServicePrincipal",
    "templates": "synchronization_template_collection_response.SynchronizationTemplateCollectionResponse",
    "job_created": "synchronization_job.SynchronizationJob",
    "job_not_run": "synchronization_job.SynchronizationJob",
    "job_quarantined": "synchronization_job.SynchronizationJob",
    "job_steady": "synchronization_job.SynchronizationJob",
    "schema": "synchronization_schema.SynchronizationSchema",
    "parse_expression": "parse_expression_response.ParseExpressionResponse",
    "provision_on_demand_user": "string_key_string_value_pair.StringKeyStringValuePair",
    "assign": "app_role_assignment.AppRoleAssignment",
    "users_delta_page": "user_collection_response.UserCollectionResponse",
    "provisioning_logs": (
        "provisioning_object_summary_collection_response.ProvisioningObjectSummaryCollectionResponse"
    ),
    "subscribed_skus": "subscribed_sku_collection_response.SubscribedSkuCollectionResponse",
    "my_roles": "directory_role_collection_response.DirectoryRoleCollectionResponse",
    "forbidden": "o_data_errors.o_data_error.ODataError",
    "validate_failed": "o_data_errors.o_data_error.ODataError",
}
"""Microsoft's models by sample, as module and class below ``msgraph.generated.models``."""

SDK_CANNOT = {
    "/synchronizationRules[]/objectMappings[]/flowTypes",  # several flags in one text
    "/value[]/provisioningSteps[]/provisioningStepType",  # "import", which is no name in Python
}
"""What msgraph-sdk 1.65.0 drops of Microsoft's own samples, too."""


def missing(sample: Any, answer: Any, at: str = "") -> list[str]:
    """What a sample has and an answer has not, or has as something else; values do not matter."""
    if isinstance(sample, dict) and isinstance(answer, dict):
        faults = [
            f"{at}/{name} is missing" for name in sample if name not in answer and "context" not in name
        ]
        return faults + [
            each for name in sample.keys() & answer.keys()
            for each in missing(sample[name], answer[name], f"{at}/{name}")
        ]  # fmt: skip
    if isinstance(sample, list) and isinstance(answer, list):
        if not sample or not answer:
            return []
        some = [missing(sample[0], each, f"{at}[]") for each in answer]
        return min(some, key=len)
    kinds = {type(sample), type(answer)}
    if type(None) in kinds or len(kinds) == 1:
        return []
    return [f"{at} is {answer!r}, not like {sample!r}"]


async def test_each_sample_is_answered_by_its_shape_and_read_by_microsofts_sdk(
    admin: Admin, target: PracticeApp
) -> None:
    answers = await gather(admin, target)
    assert {each["name"] for each in SAMPLES} - ASKED_ELSEWHERE == set(answers)
    faults = []
    for sample in SAMPLES:
        if sample["name"] in ASKED_ELSEWHERE:
            continue
        answer = answers[sample["name"]]
        if answer.status_code != sample["status"]:
            faults.append(f"{sample['name']} is answered {answer.status_code}")
        elif "response" in sample:
            faults += [f"{sample['name']}{each}" for each in missing(sample["response"], answer.json())]
        faults += [
            f"{sample['name']} has no {name}"
            for name in sample.get("headers", {})
            if name not in answer.headers
        ]
    assert faults == []
    lost = {name: lost_by_sdk(model, few(answers[name])) for name, model in MODELS.items()}
    assert {name: set(each) - SDK_CANNOT for name, each in lost.items() if set(each) - SDK_CANNOT} == {}
    own = {
        each["name"]: each["response"] for each in SAMPLES if each["name"] in {"schema", "provisioning_logs"}
    }
    dropped = {
        each for name, body in own.items() for each in lost_by_sdk(MODELS[name], json.dumps(body).encode())
    }
    assert dropped == SDK_CANNOT


def few(answer: Any) -> bytes:
    """An answer with the first and last rows of its list: the SDK takes 20 ms for each."""
    body = answer.json()
    if isinstance(rows := body.get("value"), list):
        body["value"] = [*rows[:4], *rows[4:][-4:]]
    return json.dumps(body).encode()


def lost_by_sdk(model: str, content: bytes) -> list[str]:
    """What Microsoft's SDK does not know, or cannot read, of an answer: it is gone when written again."""
    from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
    from kiota_serialization_json.json_serialization_writer_factory import JsonSerializationWriterFactory

    module, _, name = model.rpartition(".")
    kind = getattr(importlib.import_module(f"msgraph.generated.models.{module}"), name)
    read = JsonParseNodeFactory().get_root_parse_node("application/json", content).get_object_value(kind)
    unknown = [name for name in read.additional_data if "@" not in name]
    writer = JsonSerializationWriterFactory().get_serialization_writer("application/json")
    writer.write_object_value(None, read)
    return unknown + gone(json.loads(content), json.loads(writer.get_serialized_content()))


def gone(before: Any, after: Any, at: str = "") -> list[str]:
    """What had a value and has none."""
    if isinstance(before, dict):
        return [
            each for name, value in before.items() if "@" not in name and value not in (None, [], {})
            for each in gone(value, after.get(name) if isinstance(after, dict) else None, f"{at}/{name}")
        ]  # fmt: skip
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [each for one, two in zip(before, after, strict=True) for each in gone(one, two, f"{at}[]")]
    return [] if after not in (None, [], {}) else [at]
