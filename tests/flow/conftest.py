"""Prefect for the flow tests: one local server for all of them, in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from flows import engine
from pipeline.settings import Settings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def prefect_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a Prefect server that this process and its children use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.delenv("PREFECT_API_URL", raising=False)
        engine.quieten()
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
        yield engine.ready()
        engine.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a store of the test's own and no waiting between retries."""
    return Settings(store=str(tmp_path / "calls.duckdb"), retry_delay_s=0.0, asr_threads=2)


@pytest.fixture
def callqa(prefect_backend: str, tmp_path: Path) -> Run:
    """Return a function that runs the real command line in a process of its own."""

    def run(
        *arguments: str | Path, timeout_s: float = 300.0, under: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*under, sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PREFECT_API_URL": prefect_backend, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    return run
