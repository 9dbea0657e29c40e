"""Hears what a prospect holds against buying: price, timing, authority and the like."""

from detectors.contract import Detector
from detectors.meaning.listener import listen


def create() -> Detector:
    """A listener for the classes and patterns of objections.toml; raises PatternError when one cannot be read."""
    return listen("objections.toml")
