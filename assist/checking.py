"""What `assist check` says: settings, playbook, scenarios and model, every fault at once."""

from collections.abc import Iterator
from pathlib import Path

import detectors
from assist import advising, keys_in_use, settings
from assist.archive import KeyMissing, archive_of
from assist.front_door import door_of
from assist.loading import what_to_load
from assist.playbook_files import PlaybookError
from assist.practice import scenario_files
from assist.practice.scenario_files import FILE, ScenarioError
from assist.settings_places import SettingsError, config_path
from streaming import plugins
from streaming.engines.contract import Options
from streaming.errors import ModelMismatch, ModelNotFound


class CheckFailed(Exception):
    """All that is wrong with playbook, scenarios and model, a line each."""


def report() -> Iterator[str]:
    """Lines for the operator; raises SettingsError, or CheckFailed once all that could be checked was told."""
    chosen = settings.load()
    yield f"settings from {config_path()} and ASSIST_* (the environment wins):"
    for name, value in chosen.model_dump().items():
        yield f"  {name} = {value}"
    yield f"detectors: {', '.join(plugins.names(detectors))}"
    faults = []
    for part in (_door, _archive, _playbook, _practice, _model):
        try:
            yield part(chosen)
        except (SettingsError, KeyMissing, PlaybookError, ScenarioError, ModelNotFound, ModelMismatch) as fault:
            faults.append(str(fault))
    if faults:
        raise CheckFailed("\n".join(faults))


def of_scenario(file: Path) -> Iterator[str]:
    """A line for whoever writes one; raises ScenarioError."""
    scenario = scenario_files.check(file)
    yield f"scenario: {file}, {scenario.title!r}, {len(scenario.lines)} lines, each can be reached and heard"


def _door(chosen: settings.Settings) -> str:
    door = door_of(chosen)
    if door.key is None:
        return f"door: {chosen.host}:{chosen.port}, for this machine alone, without tokens"
    how = "by TLS" if door.tls else "behind a proxy"
    return f"door: {chosen.host}:{chosen.port} {how}, with tokens, for pages of {', '.join(chosen.origins)}"


def _archive(chosen: settings.Settings) -> str:
    return keys_in_use.told(archive_of(chosen))


def _playbook(chosen: settings.Settings) -> str:
    lines = advising.load(chosen).playbook
    return f"playbook: {chosen.playbook or 'bundled'}, {len(lines.cues)} cues, all wordings sound"


def _practice(chosen: settings.Settings) -> str:
    known = scenario_files.scenarios(chosen.practice_dir)
    for kept in known.values():
        if chosen.practice_dir is not None and kept.folder.is_relative_to(chosen.practice_dir):
            scenario_files.check(kept.folder / FILE)
    return f"practice: {', '.join(known)}"


def _model(chosen: settings.Settings) -> str:
    names = (chosen.model, chosen.final_model)
    return "\n".join(_loaded(name, load.options) for name, load in zip(names, what_to_load(chosen), strict=False))


def _loaded(name: str | None, options: Options) -> str:
    windows = "as it comes" if options.margin_frames is None else "patched for short windows"
    runtime = "CTranslate2" if options.network is None else "ONNX Runtime"
    return f"model: {name} from {options.source}, {windows}, on {runtime}"
