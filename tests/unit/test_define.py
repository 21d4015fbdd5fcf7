"""bleib define: lengths that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bleib.cli import app


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--lead", "0,99999999", "--lead 99999999: Input should be less than or equal to 36500"),
        ("--horizon", "0", "--horizon 0: Input should be greater than or equal to 1"),
        ("--active", "-5", "--active -5: Input should be greater than or equal to 1"),
    ],
)
def test_length_that_params_yaml_would_refuse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, ["define", f"{option}={value}"])
    assert found.exit_code == 1
    assert said in found.output
