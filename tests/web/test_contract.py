"""Does the server keep what its OpenAPI document promises? Schemathesis asks it what nobody would.

``PINCITE_CAMPAIGN=1`` runs a thousand cases an operation instead of a few.
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.web.conftest import Served

CASES = 1000 if os.environ.get("PINCITE_CAMPAIGN") else 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_to_whatever_request_is_as_documented(served: Served, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    for found in api.get_all_operations():
        _hold(found.ok(), mode)


def _hold(operation: schemathesis.APIOperation[Any, Any, Any], mode: GenerationMode) -> None:
    settings = hypothesis.settings(
        max_examples=CASES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    @settings
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case) -> None:
        hypothesis.note(f"{operation.label}: {case.as_curl_command()}")
        case.call_and_validate(checks=CHECKS, timeout=20)

    try:
        holds()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # nothing can be wrong with a request without fields
