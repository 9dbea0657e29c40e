"""A peer's own environment, made once in the user's cache folder."""

import re
import subprocess
import sys
from pathlib import Path

from tests.bench.peers.contract import Peer

DONE = "installed.txt"


def environment(name: str, peer: Peer, cache_dir: Path) -> Path:
    """Its Python. Raises CalledProcessError where pip fails; what it says is on standard error."""
    folder = cache_dir / "peers" / name
    python = folder / "bin" / "python"
    wanted = "\n".join(" ".join(step) for step in peer.REQUIREMENTS)
    done = folder / DONE
    if done.is_file() and done.read_text() == wanted:
        return python
    subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
    for step in peer.REQUIREMENTS:
        subprocess.run((str(python), "-m", "pip", "install", "--quiet", *step), check=True, stdout=sys.stderr)
    done.write_text(wanted)
    return python


def versions(peer: Peer) -> dict[str, str]:
    """The packages that are pinned."""
    pins = [re.match(r"([a-z-]+)==(.+)", item) for step in peer.REQUIREMENTS for item in step]
    return {pin[1]: pin[2] for pin in pins if pin}
