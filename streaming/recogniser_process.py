"""The process that holds the model: requests on stdin, hypotheses on stdout, until stdin ends.

Run by `recogniser.py` as `python -m streaming.recogniser_process`.
"""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import msgspec

import streaming.engines
from streaming import plugins
from streaming.engines.contract import Engine, Request
from streaming.recogniser_wire import LENGTH, Answer, Ask, FromProcess, Load, Ready, Refusal, ToProcess, pack
from streaming.types import SAMPLE_RATE_HZ

WARM_UP_S = 28  # the longest window; the first pass pays for caches, better here than while somebody waits

GIVES_WAY = 15  # of 19 steps down: on a full machine a live pass gets some thirty times the share


def main() -> None:
    """Serves until the server closes the pipe."""
    # Native code may print; the pipe to the server must carry messages only.
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _Desk(sys.stdin.buffer, replies).serve()


class _Desk:
    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._lock = threading.Lock()

    def serve(self) -> None:
        load = self._read()
        if not isinstance(load, Load):
            return
        if load.gives_way:
            os.nice(GIVES_WAY)
        try:
            engine: Engine = plugins.load(streaming.engines, load.engine).create(load.options)
            _warm_up(engine, is_last=False)
            warm_up_ms = max(_warm_up(engine, is_last) for is_last in (False, True))
        except Exception as error:  # the process ends here, and says why to the one who can tell the operator
            self._write(Refusal(-1, f"{type(error).__name__}: {error}"))
            return
        self._write(Ready(warm_up_ms))
        # A fixed pool: CTranslate2, which serves on a GPU, keeps buffers for each thread that ever called it.
        with ThreadPoolExecutor(load.options.workers) as pool:
            while isinstance(ask := self._read(), Ask):
                pool.submit(self._answer, engine, ask)

    def _answer(self, engine: Engine, ask: Ask) -> None:
        try:
            self._write(Answer(ask.id, engine.transcribe(ask.request)))
        except Exception as error:  # one pass must not end the others; its type tells enough and no words
            self._write(Refusal(ask.id, type(error).__name__))

    def _read(self) -> ToProcess | None:
        length = self._requests.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return None
        (size,) = LENGTH.unpack(length)
        message: ToProcess = msgspec.msgpack.decode(self._requests.read(size), type=ToProcess)
        return message

    def _write(self, message: FromProcess) -> None:
        with self._lock:
            view = memoryview(pack(message))
            while view:
                view = view[self._replies.write(view) :]


def _warm_up(engine: Engine, is_last: bool) -> int:
    begun = time.monotonic()
    engine.transcribe(Request("rep", 0, bytes(2 * SAMPLE_RATE_HZ * WARM_UP_S), is_urgent=False, is_last=is_last))
    return round(1000 * (time.monotonic() - begun))


if __name__ == "__main__":
    main()
