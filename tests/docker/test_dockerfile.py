"""The image's file: what hadolint says, what it must say, and that its steps are read as they are written."""

import re

import pytest

from tests.docker.dockerfile import Instruction, command_of, copy_of, environment_of, stages
from tests.docker.tools import DOCKER, ROOT, run, tool

TEXT = (DOCKER / "Dockerfile").read_text()


def _said(name: str) -> str:
    """The last such instruction of the image for processors."""
    return next(one.text for one in reversed(stages(TEXT)["cpu"].instructions) if one.name == name)


def test_hadolint_finds_nothing() -> None:
    """Every exception is one line in the file, with its reason."""
    run(tool("hadolint"), "--failure-threshold", "warning", DOCKER / "Dockerfile")


def test_it_is_run_by_nobody() -> None:
    """By number, so that an orchestrator can see that it is not root."""
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", _said("USER"))


def test_it_says_how_it_is() -> None:
    """By /livez: a node that is full is well."""
    assert "/livez" in command_of(_said("HEALTHCHECK"))[-1]
    assert _said("STOPSIGNAL") == "SIGTERM"


def test_all_that_it_copies_is_there_and_sent() -> None:
    """The builder is sent what the ignore file lets through, and no more."""
    sent = {line[1:] for line in (DOCKER / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    copies = [copy_of(one.text) for stage in stages(TEXT).values() for one in stage.instructions if one.name == "COPY"]
    asked = {source for copy in copies if copy.stage is None for source in copy.sources}
    assert asked == sent
    assert all((ROOT / source).exists() for source in asked)


def test_no_secret_is_in_it() -> None:
    """Nothing that is set or asked for while it is built is secret."""
    assert not re.search(r"^\s*(ARG|ENV)\b.*(KEY|SECRET|TOKEN|PASSWORD)", TEXT, re.MULTILINE | re.IGNORECASE)


def test_stages_are_read() -> None:
    """Continued lines are one, comments none, and each stage knows its base."""
    found = stages('FROM a:1 AS x\n# no\nRUN one \\\n # nor this\n && two\nFROM x AS y\nCMD ["serve"]\n')
    assert [(stage.name, stage.base) for stage in found.values()] == [("x", "a:1"), ("y", "x")]
    assert found["x"].instructions == (Instruction("RUN", "one  && two"),)
    assert command_of(found["y"].instructions[0].text) == ["serve"]
    with pytest.raises(ValueError, match="name the stage"):
        stages("FROM a\n")


def test_instructions_are_read() -> None:
    """As much of each as the proof needs."""
    assert copy_of("--from=build /opt /opt").stage == "build"
    assert copy_of("a b ./") == copy_of("a  b  ./")
    assert environment_of('A=1 B="two words"') == {"A": "1", "B": "two words"}
