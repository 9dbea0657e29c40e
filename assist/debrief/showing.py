"""A debrief shown in a browser out of memory: where calls are encrypted on the disk, it must not lie there readable."""

import secrets
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer

PATIENCE_S = 60.0
"""So long a browser may take to start."""


class NotShown(Exception):
    """No browser came for it."""


def show(text: str, content_type: str, patience_s: float = PATIENCE_S) -> None:
    """Opens the browser and gives it the text, once, at an address of this machine that nobody can guess.

    Returns when it was taken; raises NotShown where it was not.
    """
    path, body, is_taken = f"/{secrets.token_urlsafe(24)}", text.encode(), False

    class Once(BaseHTTPRequestHandler):
        timeout = patience_s

        def do_GET(self) -> None:
            nonlocal is_taken
            if is_taken or not secrets.compare_digest(self.path.encode(), path.encode()):
                self.send_error(404)
                return
            is_taken = True
            self.send_response(200)
            self.send_header("Content-Type", f"{content_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing of it gets to the terminal."""

    with HTTPServer(("127.0.0.1", 0), Once) as server:
        server.timeout = 0.5
        webbrowser.open(f"http://127.0.0.1:{server.server_port}{path}")
        until_s = time.monotonic() + patience_s
        while not is_taken:
            if time.monotonic() > until_s:
                raise NotShown(
                    "no browser came for the debrief; without --open it is written to standard output, "
                    "and `assist serve` shows it at /calls"
                )
            server.handle_request()
