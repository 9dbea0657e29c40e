"""Hears agreement, and tells "that's right" (they feel understood) from "you're right" (they want you to stop)."""

from pathlib import Path

from detectors.contract import Detector
from detectors.meaning.listener import listen


def create(cache_dir: Path) -> Detector:
    """A listener for the classes and patterns of agreement.toml; raises PatternError when one cannot be read."""
    return listen("agreement.toml", cache_dir)
