"""Hears what a prospect feels: frustration, worry, relief and the like."""

from pathlib import Path

from detectors.contract import Detector
from detectors.meaning.listener import listen


def create(cache_dir: Path) -> Detector:
    """A listener for the classes and patterns of emotions.toml; raises PatternError when one cannot be read."""
    return listen("emotions.toml", cache_dir)
