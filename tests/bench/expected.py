"""What expected words bring: names and products said over a telephone, heard with and without being expected.

    python -m tests.bench.expected > expected.json

flite (apt-get install flite) says each name in two sentences, which go through a telephone's band and G.711; the
packaged model hears them with no word expected, and with all the names and as many more. `unsaid` are names that were
written where another was said; `calls` are pieces of the six calls of ../shared/data, in which none is said. The
engine's threshold was chosen on other names and sentences.
"""

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from streaming import models
from streaming.agreement import spoken_form
from streaming.engines.contract import Request
from streaming.engines.whisper import WhisperEngine, create
from streaming.short_window.augment import telephone
from streaming.short_window.corpus import synthesised
from streaming.types import SAMPLE_RATE_HZ
from tests.bench.real_calls import calls

SAID = (
    "Atlassian Bloomreach Celonis Dynatrace Everlaw Five9 Greenhouse Honeywell Icertis Jobvite Kronos Lattice Medallia "
    "Nutanix OneLogin Procore Qualtrics Remitly Smartsheet Talkdesk UiPath Veeam Wrike Yardi Zuora "
    "Aisling Bartholomew Chidi Dmitri Esperanza Fiona Guillermo Hyacinth Ibrahim Joaquin Kowalski Lindqvist Mbeki"
).split()
UNSAID = (
    "Appian Braze Coupa Domo Egnyte Freshworks Genesys Hootsuite Infor Jamf Kayako LogMeIn MuleSoft Nintex Onfido "
    "PagerDuty Quip RingCentral SurveyMonkey Tanium Unbounce Vonage Workiva Yext Zapier Alice Brendan Carmen Dolores "
    "Edwin Frances Gerald Hannah Irene Jacob Karen Leonard Maureen"
).split()
SENTENCES = (
    "My manager wants to compare you with {} before the summer.",
    "{} sent us a proposal on Tuesday.",
    "Could you copy {} on that email please?",
    "We moved everything over to {} last year, and it took months.",
    "As far as I know {} would have to sign that.",
)
VOICES = ("slt", "rms", "awb")
PIECE_SAMPLES = 6 * SAMPLE_RATE_HZ


def main() -> None:
    """Runs the bench and prints its figures."""
    if shutil.which("flite") is None:
        raise SystemExit("flite says the sentences, and is not installed (Debian: apt-get install flite)")
    with tempfile.TemporaryDirectory() as cache:
        model = models.prepare("tiny.en", Path(cache), "cpu")
        engine = create(model.options(1, 1))
    expected = (*SAID, *UNSAID)
    said = [(name, _said(index, turn)) for index, name in enumerate(SAID) for turn in (0, 2)]
    rows = [_row(engine, said, ()), _row(engine, said, expected)]
    others = [_pcm(piece) for call in calls()[:6] for channel in call["sound"].samples.T for piece in _pieces(channel)]
    written = sum(_heard(engine, piece, expected) != _heard(engine, piece, ()) for piece in others)
    found = {"processors": os.cpu_count(), "names_said": len(said), "expected": len(expected), "sentences": rows}
    print(json.dumps({**found, "calls": {"pieces": len(others), "changed": written}}, indent=2))


def _said(index: int, turn: int) -> bytes:
    text = SENTENCES[(index + turn) % len(SENTENCES)].format(SAID[index])
    sound = telephone(synthesised(text, VOICES[(index + turn) % len(VOICES)]) * np.float32(0.5), is_mu_law=True)
    return _pcm((sound * 32767).astype(np.int16))


def _row(engine: WhisperEngine, said: list[tuple[str, bytes]], expected: tuple[str, ...]) -> dict[str, Any]:
    begun = time.process_time()
    heard = [(spoken_form(name), _heard(engine, pcm, expected)) for name, pcm in said]
    spent = time.process_time() - begun
    others = [{spoken_form(word) for word in expected} - {name} for name, _ in heard]
    return {
        "expected": len(expected),
        "right": sum(name in "".join(words) for name, words in heard),
        "unsaid": sum(len(wrong & set(words)) for (_, words), wrong in zip(heard, others, strict=True)),
        "cpu_s": round(spent, 2),
    }


def _heard(engine: WhisperEngine, pcm: bytes, expected: tuple[str, ...]) -> list[str]:
    words = engine.transcribe(Request("prospect", 0, pcm, is_urgent=False, is_last=True, expected=expected)).words
    return [spoken_form(word.text) for word in words]


def _pieces(channel: Any) -> list[Any]:
    return [
        channel[start : start + PIECE_SAMPLES] for start in range(0, len(channel) - PIECE_SAMPLES // 2, PIECE_SAMPLES)
    ]


def _pcm(samples: Any) -> bytes:
    return bytes(np.ascontiguousarray(samples).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
