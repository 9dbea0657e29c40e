"""Where settings may stand: a file, a folder of files, the environment; `settings.py` reads them."""

import os
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_config_path

FILE, FOLDER = "ASSIST_CONFIG", "ASSIST_SETTINGS_DIR"
OTHERS = {FILE, FOLDER, "ASSIST_DATA"}
"""Variables of ours that are no settings."""


class SettingsError(Exception):
    """What is wrong with the settings: every fault, each with its place and what it should be."""


def config_path() -> Path:
    """The TOML file: `ASSIST_CONFIG`, else `assist.toml` in the user's configuration folder."""
    named = os.environ.get(FILE)
    if named and not Path(named).is_file():
        raise SettingsError(f"{FILE}: there is no file {named}")
    return Path(named) if named else user_config_path("assist") / "assist.toml"


def settings_dir() -> Path | None:
    """`ASSIST_SETTINGS_DIR`: a folder where each file, such as a mounted secret, is the setting it is named after."""
    named = os.environ.get(FOLDER)
    if named and not Path(named).is_dir():
        raise SettingsError(f"{FOLDER}: there is no folder {named}")
    return Path(named) if named else None


def place_of(location: tuple[int | str, ...]) -> str:
    """Where a setting stands, or may be mended."""
    if not location:
        return "settings"
    name = ".".join(map(str, location))
    variable = f"ASSIST_{name.upper()}"
    return variable if variable in os.environ else f"{name} (in {config_path()} or as {variable})"


def refuse_unknown_environment(settings: Iterable[str]) -> None:
    """Raises SettingsError: a misspelt variable would otherwise be silently without effect."""
    known = {f"ASSIST_{name.upper()}" for name in settings} | OTHERS
    unknown = sorted(name for name in os.environ if name.startswith("ASSIST_") and name not in known)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting; there are: {', '.join(sorted(known))}")
