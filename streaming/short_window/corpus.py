"""What is trained on, what is kept for judging, and by whose leave."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from faster_whisper.audio import decode_audio

from streaming.short_window.window import SAMPLE_RATE_HZ, Sound


class Source(msgspec.Struct, frozen=True):
    """Files of one origin below the data folder."""

    pattern: str
    licence: str


# Nothing under a share-alike licence: a patch trained on it would have to be shared alike too.
TRAINING = (
    Source("audio_only/speech_ami-trn0[1-8].flac", "CC-BY-4.0"),
    Source("audio_only/aws_*.flac", "Apache-2.0"),
    Source("audio_only/azure-*.flac", "MIT"),
    Source("audio_only/google_samples-multi.flac", "Apache-2.0"),
    Source("calls/auto_repairs/*.wav", "Apache-2.0"),
)
VALIDATION = (
    Source("audio_only/speech_ami-trn09.flac", "CC-BY-4.0"),
    Source("calls/sales_mono/*.wav", "Apache-2.0"),
)
# Never trained on: with calls/harpervalley, what the result is judged by.
HELD_OUT = (
    Source("audio_only/speech_ami-dev0*.flac", "CC-BY-4.0"),
    Source("audio_only/speech_ami-tst0*.flac", "CC-BY-4.0"),
    Source("audio_only/google_samples-Google_Gnome.flac", "Apache-2.0"),
    Source("speech/*.*", "public domain, CC-BY-4.0, free to use"),
)
NOISE = Source("noise/ambience/office-ambience.ogg", "Apache-2.0, BSD-2-Clause or CC-BY-4.0")
ROOMS = Source("noise/rirs/*.wav", "Apache-2.0, BSD-2-Clause or CC-BY-4.0")
TEXTS = (
    Source("text/casino/casino_train.json", "CC-BY-4.0"),
    Source("text/helpdesk/ContactCenter_usecase/convo_*.json", "MIT"),
)
VOICES = ("slt", "rms", "awb", "kal16")  # of flite, whose licence is like BSD's


def files_of(data: Path, sources: tuple[Source, ...]) -> list[Path]:
    """Sound files below `data`, in order; raises FileNotFoundError for a source without one."""
    found = []
    for source in sources:
        paths = sorted(path for path in data.glob(source.pattern) if path.suffix != ".tsv")
        if not paths:
            raise FileNotFoundError(f"no file {source.pattern} below {data}: name the folder of the data with --data")
        found += paths
    return found


def sound_of(path: Path) -> Sound:
    """The file's sound, mixed to mono at 16 kHz."""
    sound: Sound = np.asarray(decode_audio(str(path), sampling_rate=SAMPLE_RATE_HZ), np.float32)
    return sound


def sentences(data: Path) -> list[str]:
    """Things said in the text collections, 3 to 30 words each, in order."""
    found = []
    for path in files_of(data, TEXTS):
        content = json.loads(path.read_text())
        found += [text for text in _said(content) if 3 <= len(text.split()) <= 30]
    return found


def synthesised(text: str, voice: str) -> Sound:
    """`text` spoken by flite's `voice`; raises FileNotFoundError where flite is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, capture_output=True)
        return sound_of(path)


def _said(content: object) -> Iterator[str]:
    if isinstance(content, list):
        for dialogue in content:
            yield from (str(turn["text"]).replace("\n", " ") for turn in dialogue["chat_logs"])
    elif isinstance(content, dict):
        for line in str(content["Content"]).splitlines():
            _, mark, text = line.partition(":**")
            if mark:
                yield text.replace("**", "").strip()
