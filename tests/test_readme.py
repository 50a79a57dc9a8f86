"""What README and the files in .deploy say of the server's settings is true."""

import re
from pathlib import Path

import pytest

from app.cli import main
from app.settings import Settings
from tests.readme import README, renewed

ROOT = README.parent
ELSEWHERE = {"NEURAL_PLAYGROUND_DATA"}
"""Read by the engine."""
FILES = [*sorted((ROOT / ".deploy").iterdir()), README, ROOT / "Dockerfile", ROOT / "Makefile"]


def test_the_table_lists_every_setting() -> None:
    text = README.read_text()
    assert renewed(text) == text, "make format writes it anew"
    for name, field in Settings.model_fields.items():
        assert f"| `{name.upper()}` |" in text
        assert field.description


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    assert capsys.readouterr().out in README.read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_there_are_such_settings(file: Path) -> None:
    known = {f"NEURAL_PLAYGROUND_{name.upper()}" for name in Settings.model_fields} | ELSEWHERE
    text = file.read_text()
    assert set(re.findall(r"NEURAL_PLAYGROUND_[A-Z_]+", text)) <= known
    for name, value in re.findall(r"\b(NEURAL_PLAYGROUND_[A-Z_]+)=([^\s\\]+)", text):
        if name not in ELSEWHERE:  # as pydantic would read it
            Settings.model_validate({name.removeprefix("NEURAL_PLAYGROUND_").lower(): value})


@pytest.mark.parametrize("file", ["Caddyfile", "nginx.conf"])
def test_proxies_keep_the_metrics_to_themselves(file: str) -> None:
    text = (ROOT / ".deploy" / file).read_text()
    assert re.search(r"/metrics\b[^}]*\b404\b", text)


def test_the_unit_lets_the_server_stop() -> None:
    text = (ROOT / ".deploy/neural-playground.service").read_text()
    found = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert found
    assert int(found[1]) > 10
    assert "NEURAL_PLAYGROUND_DATA=/var/lib/neural-playground\n" in text
    assert "StateDirectory=neural-playground\n" in text
