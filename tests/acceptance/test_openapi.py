"""Schemathesis against a running Keng: whatever its contract allows or forbids, the answers are those it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.acceptance.service import Keng

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method"
)
"""What is checked of every answer. That everything of the right form is accepted is not: a title may be blank."""


def test_a_running_keng_keeps_its_contract(keng: Keng, tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{keng.base}/openapi.json"),
            *("--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--max-time", "45"),
            *("--seed", "7", "--request-timeout", "15", "--generation-database", "none", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    log = keng.service.log.read_text(encoding="utf-8").splitlines()
    faults = [line for line in log if "Traceback" in line and "BadHttpMessage" not in line]  # what is no HTTP at all
    assert faults == []
