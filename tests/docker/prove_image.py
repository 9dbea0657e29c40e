"""Runs the steps of docker/Dockerfile without a container engine, and then what they make; for Debian, as root.

    python -m tests.docker.prove_image [--keep FOLDER]

The base image is made by debootstrap; each RUN is run in a root of its own, each COPY copied. What the target `cpu`
comes to is then started as its image says: by its user, its root read-only, with its entrypoint and its health check.
It must become ready, hear a call into its journal, and end by SIGTERM with status 0. The target `gpu` is left out: its
libraries are 600 MB, and there is no GPU to see.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.bench.chaos.caller import Caller
from tests.bench.chaos.sound import speech
from tests.bench.served import ready
from tests.docker.dockerfile import Stage, command_of, copy_of, environment_of, stages

CONTEXT = Path(__file__).parents[2]
TARGET = "cpu"
PORT = 8765
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CALL_S = 10.0
END_S = 30.0
LENT = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/apt/apt.conf.d")
"""What the host knows of reaching its package registries; so do its variables."""
LENT_VARIABLES = ("PIP_", "SSL_CERT", "HTTP", "HTTPS", "NO_PROXY")


def main() -> None:
    """Proves it, or ends with what did not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", type=Path, help="keep the roots here, and use those that are there")
    kept = options.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="assist-image-") as name:
        folder = kept or Path(name)
        folder.mkdir(exist_ok=True)
        found = stages((CONTEXT / "docker" / "Dockerfile").read_text())
        _build(found, TARGET, folder)
        asyncio.run(_run(_whole(found, TARGET), folder / TARGET))
    print("proven: built, ready, healthy, a call heard, ended by SIGTERM")


def _build(found: Mapping[str, Stage], name: str, folder: Path) -> None:
    """Makes the root of a stage, and first of those that it needs."""
    root, stage = folder / f"{name}.partial", found[name]
    needed = [copy_of(one.text).stage for one in stage.instructions if one.name == "COPY"]
    for other in (stage.base, *(one for one in needed if one)):
        if other in found and not (folder / other).exists():
            _build(found, other, folder)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(("cp", "--archive", "--reflink=auto", _base(found, stage, folder), root), check=True)
    environment = {"PATH": PATH, **_environment(found, stage.base)}
    where = "/"
    for one in stage.instructions:
        print(f"[{name}] {one.name} {one.text[:90]}", flush=True)
        match one.name:
            case "RUN":
                _in_root(root, ("/bin/sh", "-c", f"cd {where} && {one.text}"), environment)
            case "COPY":
                _copy(root, folder, where, one.text)
            case "ENV":
                environment |= {key: _filled(value, environment) for key, value in environment_of(one.text).items()}
            case "WORKDIR":
                where = one.text
                (root / where.lstrip("/")).mkdir(parents=True, exist_ok=True)
    root.rename(folder / name)


def _base(found: Mapping[str, Stage], stage: Stage, folder: Path) -> Path:
    if stage.base in found:
        return folder / stage.base
    image, _, tag = stage.base.partition(":")
    assert image == "debian", f"only Debian can be made here, not {stage.base}"
    root = folder / "base"
    if not root.exists():
        subprocess.run(("debootstrap", "--variant=minbase", tag.removesuffix("-slim"), root), check=True)
    return root


def _copy(root: Path, folder: Path, where: str, text: str) -> None:
    what = copy_of(text)
    target = root / (where.lstrip("/") if what.target.startswith(".") else what.target.lstrip("/"))
    if not what.target.startswith(("/", ".")):
        target = root / where.lstrip("/") / what.target
    for source in what.sources:
        origin = folder / what.stage / source.lstrip("/") if what.stage else CONTEXT / source
        if origin.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            subprocess.run(("cp", "--archive", f"{origin}/.", target), check=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, target)


def _in_root(root: Path, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """One RUN. What the host lends lies in /run or is bound read-only, so that nothing in the root reaches the host."""
    lent = {name: value for name, value in os.environ.items() if name.upper().startswith(LENT_VARIABLES)}
    mounts = ["mount -t proc proc proc", "mount --rbind /dev dev", "mount -t tmpfs tmpfs run"]
    for path in (path for path in LENT if Path(path).exists()):
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        mounts += _lending(path, path[1:])
    for name, value in lent.items():
        if value.startswith("/") and Path(value).exists():
            mounts += _lending(value, f"run/{name}")
            lent[name] = f"/run/{name}"
    script = f'cd {root} && {" && ".join(mounts)} && exec chroot . "$@"'
    subprocess.run(("unshare", "--mount", "sh", "-ec", script, "sh", *command), check=True, env={**environment, **lent})


def _lending(path: str, place: str) -> list[str]:
    make = "mkdir -p" if Path(path).is_dir() else "touch"
    return [f"{make} {place}", f"mount --bind {path} {place}", f"mount -o remount,bind,ro {place}"]


def _environment(found: Mapping[str, Stage], name: str) -> dict[str, str]:
    if name not in found:
        return {}
    environment = _environment(found, found[name].base)
    for one in found[name].instructions:
        if one.name == "ENV":
            environment |= environment_of(one.text)
    return environment


def _whole(found: Mapping[str, Stage], name: str) -> Stage:
    """A stage with all that its bases say as well."""
    if name not in found:
        return Stage(name, "", ())
    below = _whole(found, found[name].base)
    return Stage(name, "", (*below.instructions, *found[name].instructions))


def _filled(value: str, environment: Mapping[str, str]) -> str:
    return value.replace("$PATH", environment.get("PATH", ""))


async def _run(stage: Stage, root: Path) -> None:
    """As the image says, on this machine's loopback, where no token is needed."""
    said = {one.name: one.text for one in stage.instructions}
    environment = {"PATH": PATH}
    for one in stage.instructions:
        if one.name == "ENV":
            environment |= {key: _filled(value, environment) for key, value in environment_of(one.text).items()}
    environment |= {"ASSIST_HOST": "127.0.0.1"}
    command = [*command_of(said["ENTRYPOINT"]), *command_of(said["CMD"])]
    server = await _started(root, said["USER"], command, environment)
    try:
        began_s = time.monotonic()
        await ready(PORT)
        print(f"ready after {time.monotonic() - began_s:.1f} s", flush=True)
        health = await _started(root, said["USER"], command_of(said["HEALTHCHECK"]), environment)
        assert await health.wait() == 0, "the health check failed"
        call = Caller(f"ws://127.0.0.1:{PORT}", speech(CALL_S), "proof", Random(0), is_paced=False)
        await asyncio.wait_for(call.play(), 60)
        journal = root / "var/lib/assist/calls/proof.jsonl"
        assert b"call_ended" in journal.read_bytes(), "the call's journal is not whole"
        server.send_signal(getattr(signal, said["STOPSIGNAL"]))
        assert await asyncio.wait_for(server.wait(), END_S) == 0, "it did not end well"
    finally:
        if server.returncode is None:
            server.kill()


async def _started(
    root: Path, user: str, command: list[str], environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    """In the root as it was made, read-only but for the volume and /tmp."""
    script = (
        f"cd {root} && mount --bind . . && cd {root} && mount --bind var/lib/assist var/lib/assist && "
        "mount -t proc proc proc && mount --rbind /dev dev && mount -t tmpfs tmpfs tmp && "
        "mount -o remount,bind,ro . && "
        f'exec chroot --userspec={user} . "$@"'
    )
    return await asyncio.create_subprocess_exec(
        "unshare", "--mount", "sh", "-ec", script, "sh", *command, env=dict(environment), stdout=sys.stderr
    )


if __name__ == "__main__":
    main()
