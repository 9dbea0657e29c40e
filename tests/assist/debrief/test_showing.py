"""A debrief is given to the browser once, and lies nowhere."""

import socket
import threading
import urllib.error
import urllib.request
import webbrowser
from urllib.parse import urlsplit

import pytest

from assist.debrief.showing import NotShown, show

TEXT = "<!doctype html>Gr\u00fc\u00dfe"


def fetched(url: str, told: list[tuple[int, str, str]]) -> None:
    """What a browser gets there."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            told.append((answer.status, answer.headers["Content-Type"], answer.read().decode()))
            assert answer.headers["Cache-Control"] == "no-store"
    except (urllib.error.URLError, ConnectionError):
        told.append((404, "", ""))


def test_a_browser_gets_it_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at the address that was opened, and only once."""
    told: list[tuple[int, str, str]] = []
    asking: list[threading.Thread] = []

    def opened(url: str) -> None:
        def ask() -> None:
            for address in (url[:-1], f"{url}?x", url, url):
                fetched(address, told)

        asking.append(threading.Thread(target=ask))
        asking[0].start()

    monkeypatch.setattr(webbrowser, "open", opened)
    show(TEXT, "text/html")
    asking[0].join(20)
    assert told == [(404, "", ""), (404, "", ""), (200, "text/html; charset=utf-8", TEXT), (404, "", "")]


def test_a_connection_on_which_nothing_is_said_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers open such, to be quicker later."""
    told: list[tuple[int, str, str]] = []
    silent: list[socket.socket] = []
    asking: list[threading.Thread] = []

    def opened(url: str) -> None:
        silent.append(socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)))
        asking.append(threading.Thread(target=fetched, args=(url, told)))
        asking[0].start()

    monkeypatch.setattr(webbrowser, "open", opened)
    show(TEXT, "text/html", patience_s=20)
    asking[0].join(20)
    silent[0].close()
    assert told == [(200, "text/html; charset=utf-8", TEXT)]


def test_where_no_browser_comes_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setattr(webbrowser, "open", lambda url: None)
    with pytest.raises(NotShown, match="without --open"):
        show(TEXT, "text/html", patience_s=0.1)
