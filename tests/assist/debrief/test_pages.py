"""The pages about calls that were, as the server gives them."""

import json
from pathlib import Path

import pytest

from assist.archive import Archive
from assist.debrief.formats.page import Place, html
from assist.debrief.pages import Asked, is_ours, listing, page, search_of
from assist.debrief.search import Search
from tests.assist.debrief.hostile import HOSTILE
from tests.assist.debrief.scene import A_CALL, ENTRIES, debrief, events
from tests.assist.debrief.test_reading import write


def test_a_debrief_has_the_servers_own_policy(tmp_path: Path) -> None:
    """Only our script runs, and it reaches only the server; the sound is there if it was kept."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    told = page(Asked("/calls/c"), Archive(tmp_path), ENTRIES)
    assert told is not None and told.body.decode() == html(debrief(*A_CALL), Place(is_served=True))
    ((name, policy),) = told.headers
    assert name == "Content-Security-Policy" and "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy and "media-src" not in policy
    assert page(Asked("/calls/c/sound"), Archive(tmp_path), ENTRIES) is None
    (tmp_path / "c.ogg").write_bytes(b"OggS")
    told = page(Asked("/calls/c"), Archive(tmp_path), ENTRIES)
    assert told is not None and b'<audio id="sound" src="/calls/c/sound" controls' in told.body
    assert "media-src 'self'" in told.headers[0][1]
    sound = page(Asked("/calls/c/sound"), Archive(tmp_path), ENTRIES)
    assert sound is not None and (sound.body, sound.content_type, sound.is_seekable) == (b"OggS", "audio/ogg", True)


def test_the_events_of_a_call_are_those_of_its_journal(tmp_path: Path) -> None:
    """Of the last call under that id, in their order; what was torn is let go."""
    write(tmp_path / "c.jsonl", [*events(*A_CALL[:3]), *events(*A_CALL)])
    with (tmp_path / "c.jsonl").open("a") as file:
        file.write('{"torn')
    told = page(Asked("/calls/c/events"), Archive(tmp_path), ENTRIES)
    assert told is not None
    assert [json.loads(line) for line in told.body.splitlines()] == events(*A_CALL)


def test_the_list_leads_to_each_call(tmp_path: Path) -> None:
    """By name where there is one."""
    write(tmp_path / "c.jsonl", events(*A_CALL, names={"prospect": "<b>Ann</b>"}))
    write(tmp_path / "d.jsonl", events(*A_CALL)[:-1])
    for path in ("/calls", "/calls/"):
        told = page(Asked(path), Archive(tmp_path), ENTRIES)
        assert told is not None
        text = told.body.decode()
        assert (
            '<a href="/calls/c">&lt;b&gt;Ann&lt;/b&gt;</a>' in text
            and '<a href="/calls/d">26 November 2026, 09:12 UTC</a>' in text
        )
        assert "no end told" in text
        assert (
            "2 of 3 concerns taken up \u00b7 \u201cthat\u2019s\u00a0right\u201d\u00a01\u00d7" in text
            and "How you develop" in text
        )


def test_a_search_narrows_the_list_and_stays_on_the_form(tmp_path: Path) -> None:
    """As text, whatever it is."""
    write(tmp_path / "c.jsonl", events(*A_CALL, names={"prospect": "Ann"}))
    write(tmp_path / "d.jsonl", events(*A_CALL[:2], names={"prospect": "Bea"}))
    text = listing(Archive(tmp_path), "words=disruptive&who=&open=1")
    assert "/calls/c" in text and "/calls/d" not in text and ">1 call<" in text
    assert 'name="words" value="disruptive"' in text and 'name="open" value="1" checked="checked"' in text
    assert "No call matches" in listing(Archive(tmp_path), "words=nobody+says+this")
    for hostile in HOSTILE:
        assert "<img" not in listing(Archive(tmp_path), f"words={hostile}&who={hostile}")


def test_a_search_is_read_from_the_form() -> None:
    """What cannot be read is told, and nothing else is lost for it."""
    assert search_of("") == (Search(), ())
    search, faults = search_of("words=a+b&who=Ann&since=2026-11-02&until=2026-11-31&right=1")
    assert search.words == ("a", "b") and search.who == "Ann" and search.is_right and not search.is_open
    assert str(search.since) == "2026-11-02" and search.until is None
    assert faults == ("\u201c2026-11-31\u201d is not a date. Write it like 2026-11-26.",)
    assert search_of("&".join(f"f{n}=1" for n in range(99))) == (Search(), ())


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    """And what will be there."""
    told = page(Asked("/calls"), Archive(tmp_path / "absent"), ENTRIES)
    assert told is not None and b"No call has been kept yet" in told.body


@pytest.mark.parametrize(
    "path",
    [
        "/calls/absent",
        "/calls/../secret",
        "/calls/%2e%2e",
        "/calls/a/b",
        "/calls/c/b",
        "/calls/c/sound",
        "/calls/./sound",
    ],
)
def test_there_is_no_other_page(tmp_path: Path, path: str) -> None:
    """And no way out of the folder."""
    write(tmp_path / "c.jsonl", events(*A_CALL))
    assert page(Asked(path), Archive(tmp_path), ENTRIES) is None


def test_which_paths_are_ours() -> None:
    """The overlay's are not."""
    assert is_ours("/calls") and is_ours("/calls/x")
    assert not is_ours("/callsign") and not is_ours("/") and not is_ours("/style.css")
