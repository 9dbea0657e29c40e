"""Hears what a prospect holds against buying: price, timing, authority and the like."""

from detectors.contract import Detector
from detectors.phrasebook import read


def create() -> Detector:
    """A listener for the classes and patterns of objections.toml; raises PatternError when one cannot be read."""
    return read("objections.toml")
