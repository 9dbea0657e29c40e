"""Hears what a prospect feels: frustration, worry, relief and the like."""

from detectors.contract import Detector
from detectors.meaning.listener import listen


def create() -> Detector:
    """A listener for the classes and patterns of emotions.toml; raises PatternError when one cannot be read."""
    return listen("emotions.toml")
