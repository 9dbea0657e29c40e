"""Hears what a prospect holds against buying: price, timing, authority and the like."""

from pathlib import Path

from detectors.contract import Detector
from detectors.meaning.listener import listen


def create(cache_dir: Path) -> Detector:
    """A listener for the classes and patterns of objections.toml; raises PatternError when one cannot be read."""
    return listen("objections.toml", cache_dir)
