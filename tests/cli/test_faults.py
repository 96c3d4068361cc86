"""What the machine refuses is told in a line that names the place and what to do, not as a traceback."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.faults import fault_of_the_machine


def serve(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "serve", "--simulator"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=120)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = serve(KENG_DATA_DIR=str(tmp_path / "file" / "var"))
    assert told.returncode == 1
    assert told.stderr.strip().startswith(f"{tmp_path}/file")
    assert "name another place" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = serve(KENG_DATA_DIR=str(tmp_path), KENG_HTTP__PORT=str(port))
    assert told.returncode == 1
    assert str(port) in told.stderr
    assert "choose another http.port" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_takes_nothing(number: int) -> None:
    told = fault_of_the_machine(OSError(number, os.strerror(number), "/srv/keng/secrets.key"))
    assert told is not None
    assert told.startswith(f"/srv/keng/secrets.key: {os.strerror(number)}: ")


def test_what_may_be_our_own_fault_keeps_its_traceback() -> None:
    assert fault_of_the_machine(OSError(errno.EBADF, "Bad file descriptor")) is None
    assert fault_of_the_machine(OSError("no number at all")) is None
