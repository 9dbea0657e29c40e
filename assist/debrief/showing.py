"""A debrief shown in a browser out of memory: where calls are encrypted on the disk, it must not lie there readable."""

import secrets
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock

PATIENCE_S = 60.0
"""So long a browser may take to start."""


class NotShown(Exception):
    """No browser came for it."""


def show(text: str, content_type: str, patience_s: float = PATIENCE_S) -> None:
    """Opens the browser and gives it the text, once, at an address of this machine that nobody can guess.

    Returns when it was taken; raises NotShown where it was not.
    """
    path, body = f"/{secrets.token_urlsafe(24)}", text.encode()
    once, is_taken = Lock(), Event()

    class Once(BaseHTTPRequestHandler):
        timeout = patience_s

        def do_GET(self) -> None:
            is_it = secrets.compare_digest(self.path.encode(), path.encode())
            if not is_it or not once.acquire(blocking=False):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", f"{content_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)
            is_taken.set()

        def log_message(self, *_: object) -> None:
            """Nothing of it gets to the terminal."""

    # A thread a connection: browsers open some that they say nothing on.
    with ThreadingHTTPServer(("127.0.0.1", 0), Once) as server:
        server.timeout = 0.1
        webbrowser.open(f"http://127.0.0.1:{server.server_port}{path}")
        until_s = time.monotonic() + patience_s
        while not is_taken.is_set():
            if time.monotonic() > until_s:
                raise NotShown(
                    "no browser came for the debrief; without --open it is written to standard output, "
                    "and `assist serve` shows it at /calls"
                )
            server.handle_request()
