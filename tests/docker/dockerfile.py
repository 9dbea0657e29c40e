"""Reads a Dockerfile: stages, each with its base and instructions; as much of the language as ours uses; pure."""

import json
import re
from collections.abc import Iterator

import msgspec


class Instruction(msgspec.Struct, frozen=True):
    """One instruction with what stands behind it, continued lines joined."""

    name: str
    text: str


class Stage(msgspec.Struct, frozen=True):
    """What stands between one FROM and the next. `base` is an image, or an earlier stage."""

    name: str
    base: str
    instructions: tuple[Instruction, ...]


class Copy(msgspec.Struct, frozen=True):
    """A COPY: of files of the context, or of a stage."""

    stage: str | None
    sources: tuple[str, ...]
    target: str


def stages(text: str) -> dict[str, Stage]:
    """By name, in order. Raises ValueError on a stage without one."""
    found: dict[str, Stage] = {}
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            match = re.fullmatch(r"(\S+) AS (\S+)", instruction.text)
            if match is None:
                raise ValueError(f"FROM {instruction.text}: name the stage (FROM image AS name)")
            found[match[2]] = Stage(match[2], match[1], ())
        else:
            last = list(found.values())[-1]
            found[last.name] = Stage(last.name, last.base, (*last.instructions, instruction))
    return found


def copy_of(text: str) -> Copy:
    """What a COPY says."""
    words = text.split()
    stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    return Copy(stage, tuple(words[:-1]), words[-1])


def environment_of(text: str) -> dict[str, str]:
    """What an ENV sets."""
    return {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|\S+)', text)}


def command_of(text: str) -> list[str]:
    """The command of an ENTRYPOINT, a CMD or a HEALTHCHECK, which ours write as JSON."""
    command: list[str] = json.loads(text[text.index("[") :])
    return command


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        name, _, rest = line.strip().partition(" ")
        yield Instruction(name, rest.strip())
