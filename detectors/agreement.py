"""Hears agreement, and tells "that's right" (they feel understood) from "you're right" (they want you to stop)."""

from detectors.contract import Detector
from detectors.phrasebook import read


def create() -> Detector:
    """A listener for the classes and patterns of agreement.toml; raises PatternError when one cannot be read."""
    return read("agreement.toml")
