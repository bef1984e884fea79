"""The desk that is measured can still be filled, whatever columns have come since."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_a_home_to_measure_is_filled(tmp_path: Path) -> None:
    environment = {**os.environ, "ADJOIN_HOME": str(tmp_path), "DATABASE_URL": ""}
    command = [sys.executable, "-m", "bench.load", "--tickets", "60"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR.parent.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "bench.json").exists()
