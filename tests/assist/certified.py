"""A certificate for this machine, which nobody trusts unless told to."""

import subprocess
from pathlib import Path


def certified(folder: Path) -> tuple[Path, Path]:
    """Makes it there; certificate and key. Waits for a process."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key
