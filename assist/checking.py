"""What `assist check` says: settings, playbook and model, every fault at once."""

from collections.abc import Iterator

import detectors
from assist import advising, settings
from assist.app import what_to_load
from streaming import plugins


def report() -> Iterator[str]:
    """Lines for the operator; raises SettingsError, PlaybookError, ModelNotFound or ModelMismatch."""
    chosen = settings.load()
    yield f"settings from {settings.config_path()} and ASSIST_* (the environment wins):"
    for name, value in chosen.model_dump().items():
        yield f"  {name} = {value}"
    lines = advising.load(chosen.playbook).playbook
    yield f"playbook: {chosen.playbook or 'bundled'}, {len(lines.cues)} cues, all wordings sound"
    load = what_to_load(chosen)
    yield f"detectors: {', '.join(plugins.names(detectors))}"
    windows = "as it comes" if load.options.margin_frames is None else "patched for short windows"
    yield f"model: {chosen.model} from {load.options.source}, {windows}"
