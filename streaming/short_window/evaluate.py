"""Judges a patched model beside the unpatched one on sound that it was not trained on; prints a JSON line per window.

`python -m streaming.short_window.evaluate --help`
"""

import argparse
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jiwer
import msgspec
from faster_whisper import WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

from streaming.short_window import heard, window
from streaming.short_window.heard import Heard
from streaming.short_window.loops import is_loop, limit_tokens
from streaming.short_window.patch import patched
from streaming.short_window.prompt import prompt_of

NOBODY = 0.6  # Whisper's own threshold for "nobody speaks"
STREAMED = 500

SETS: dict[str, Callable[[Path], list[Heard]]] = {
    "telephone": heard.telephone,
    "wide": heard.wide,
    "prompts": heard.prompts,
    "unspoken": heard.unspoken,
    "streamed": lambda data: heard.streamed(data, STREAMED),
}

# (patched, window); "+64" is the speech and 64 frames more, "1000" at least so many.
ROWS = {
    "streamed": ((True, "+64"), (True, "+0")),
    "unspoken": ((False, "3000"), (True, "+64")),
}
FULL_ROWS = ((False, "3000"), (False, "+64"), *((True, size) for size in ("+0", "+64", "+128", "1000", "3000")))


class Answer(msgspec.Struct, frozen=True):
    """What one model said to one crop, and what it took: encoding and decoding, without the mel."""

    text: str
    is_loop: bool
    nobody: float
    wall_s: float
    cpu_s: float


class Judged:
    """A model much as the product runs it: int8, on one thread; but greedy, and without a guard against loops.

    A patched one may end its text at once, for it has learnt to where nobody speaks; Whisper itself forbids that.
    """

    def __init__(self, folder: Path, may_be_empty: bool) -> None:
        self._may_be_empty = may_be_empty
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
        self._prompt = list(prompt_of(self._model))

    def answer(self, sound: window.Sound, frames: int) -> Answer:
        """Greedy text, cut at the most tokens that so much speech can hold."""
        mel = window.mel(sound, frames)
        limit = limit_tokens(len(sound))
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        result = self._model.model.generate(
            self._model.encode(mel),
            [self._prompt],
            beam_size=1,
            max_length=2 * (limit + len(self._prompt)),
            suppress_blank=not self._may_be_empty,
            return_no_speech_prob=True,
        )[0]
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        tokens = result.sequences_ids[0]
        text = self._model.hf_tokenizer.decode(tokens[:limit])
        return Answer(text, len(tokens) >= limit or is_loop(tokens), result.no_speech_prob, wall_s, cpu_s)


def frames_for(sound: window.Sound, size: str) -> int:
    """The window that `size` names for this crop."""
    frames = window.frames_of(sound)
    return window.allowed(frames + int(size) if size.startswith("+") else max(int(size), frames + 64))


def scored(crops: Sequence[Heard], answers: Sequence[Answer], own: Sequence[str]) -> dict[str, float]:
    """Figures of one row. `own` is the unpatched model's text at 30 s, to count disagreeing words by."""
    seconds = sum(len(crop.sound) for crop in crops) / window.SAMPLE_RATE_HZ
    texts = [answer.text for answer in answers]
    row: dict[str, float] = {
        "crops": len(crops),
        "audio_s": round(seconds, 1),
        "loops": sum(answer.is_loop for answer in answers),
        "words": sum(len(text.split()) for text in texts),
        "words_unless_nobody": sum(len(answer.text.split()) for answer in answers if answer.nobody <= NOBODY),
        "wall_s_per_s": round(sum(answer.wall_s for answer in answers) / seconds, 4),
        "cpu_s_per_s": round(sum(answer.cpu_s for answer in answers) / seconds, 4),
    }
    said = _passages(crops, texts)
    human = {crop.passage: crop.text for crop in crops if crop.text is not None}
    if human:
        row["wer"] = word_errors([human[name] for name in human], [said[name] for name in human])
        row["human_words"] = sum(len(text.split()) for text in human.values())
    if own:
        row["disagreement"] = word_errors(list(_passages(crops, own).values()), list(said.values()))
    return row


def _passages(crops: Sequence[Heard], texts: Sequence[str]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for crop, text in zip(crops, texts, strict=True):
        joined[crop.passage] = f"{joined.get(crop.passage, '')} {text}".strip()
    return joined


def word_errors(wanted: Sequence[str], given: Sequence[str]) -> float:
    """Word error rate after Whisper's own normalisation for English."""
    normal = EnglishTextNormalizer()
    pairs = [(normal(one), normal(other)) for one, other in zip(wanted, given, strict=True)]
    kept = [pair for pair in pairs if pair[0]]
    return round(float(jiwer.wer([one for one, _ in kept], [other for _, other in kept])), 4)


def _arguments(words: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the unpatched model")
    parser.add_argument("--patch", type=Path, required=True, help="a patch that train.py wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder of the sound")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Prints the hashes for the manifest, then the rows of each set."""
    asked = _arguments(words)
    with tempfile.TemporaryDirectory() as name:
        hashes = _patch_into(Path(name), asked.model, asked.patch)
        models = {False: Judged(asked.model, may_be_empty=False), True: Judged(Path(name), may_be_empty=True)}
    print(json.dumps(hashes), flush=True)
    for chosen in asked.sets:
        for row in _rows(chosen, SETS[chosen](asked.data), models):
            print(json.dumps(row), flush=True)


def _rows(chosen: str, crops: Sequence[Heard], models: Mapping[bool, Judged]) -> Iterator[dict[str, object]]:
    own: list[str] = []
    for is_patched, size in ROWS.get(chosen, FULL_ROWS):
        answers = [models[is_patched].answer(crop.sound, frames_for(crop.sound, size)) for crop in crops]
        if not is_patched and size == "3000":
            own = [answer.text for answer in answers]
        yield {"set": chosen, "patched": is_patched, "window": size, **scored(crops, answers, own)}


def _patch_into(folder: Path, model_folder: Path, patch_file: Path) -> dict[str, str]:
    """A patched copy of the model in `folder`; the SHA-256 of what went in and came out."""
    shutil.copytree(model_folder, folder, dirs_exist_ok=True)
    source, values = (model_folder / "model.bin").read_bytes(), patch_file.read_bytes()
    result = patched(source, values, patch_file)
    (folder / "model.bin").write_bytes(result)
    parts = {"source": source, "patch": values, "patched": result}
    return {f"{part}_sha256": hashlib.sha256(raw).hexdigest() for part, raw in parts.items()}


if __name__ == "__main__":
    main()
