"""The command line: serve, demo, replay, practice, advise, debrief, calls, token, purge, audit, check."""

import asyncio
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assist.telling_faults import tells_faults

# What a command needs is imported inside it, so that `assist --help` stays quick.

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Json = Annotated[bool, typer.Option("--json", help="One JSON object an event instead of text.")]


OWN = {"host": "127.0.0.1", "port": 0, "behind_proxy": False}
"""Where a server for one command alone listens, whatever is set."""


class Speed(StrEnum):
    """How fast a recording is played: as it was said, or as fast as it can be heard."""

    REAL_TIME = "1"
    MAX = "max"


@app.command()
@tells_faults
def serve(
    port: Annotated[int | None, typer.Option(help="Port to serve on.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to serve on.")] = None,
    model: Annotated[str | None, typer.Option(help="Model name, folder, or owner/name on a model hub.")] = None,
) -> None:
    """Run the server until interrupted."""
    from assist import play, settings

    asyncio.run(play.serve(settings.load(port=port, host=host, model=model)))


@app.command()
@tells_faults
def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit when the call has ended.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the overlay in a browser.")] = True,
    as_json: Json = False,
    speed: Annotated[Speed, typer.Option(help="As it was said, or as fast as it can be heard.")] = Speed.REAL_TIME,
) -> None:
    """Play the bundled sales call through the real path."""
    from assist import play, settings

    show = play.Show(as_json, is_paced=speed is Speed.REAL_TIME)
    wish = play.DemoWish(stays=not once, opens_browser=browser and not once)
    if not asyncio.run(play.demo(settings.load(**OWN | {"port": None}), show, wish)):
        raise typer.Exit(1)


@app.command()
@tells_faults
def replay(
    call: Annotated[Path, typer.Argument(help="A recording, the prospect's side with --rep, or a folder of them.")],
    rep: Annotated[Path | None, typer.Option(help="The rep's side, where each party has a file.")] = None,
    channels: Annotated[
        str | None, typer.Option(help="Who is on which channel; rep,prospect of a stereo file, mixed of a mono one.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="A running server, as ws://host:port; for one recording.")] = None,
    speed: Annotated[
        Speed | None, typer.Option(help="As it was said (1), or as fast as it can be heard (max, for a folder).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play a recording as a live call, here or into a running server; or hear a folder of them, each once.

    Of a folder, NAME.rep.wav and NAME.prospect.wav are one call. Status 1: some of it could not be heard.
    """
    from assist import play, recordings, replaying, settings

    named = play.speakers(channels) if channels is not None else None
    if call.is_dir():
        stereo = play.sides(named, is_alone=rep is None and url is None)
        show = play.Show(as_json, is_paced=speed is Speed.REAL_TIME)
        if not asyncio.run(replaying.replay(recordings.find(call, stereo), show, settings.load(**OWN))):
            raise typer.Exit(1)
        return
    show = play.Show(as_json, is_paced=speed is not Speed.MAX)
    source = recordings.Source((call,), named)
    if rep:
        source = recordings.Source((call, rep), ("prospect", "rep"))
    asyncio.run(play.replay(source, show, settings.load(**OWN), url))


@app.command()
@tells_faults
def practice(
    scenario: Annotated[str | None, typer.Argument(help="Its name, such as price; the page lists them.")] = None,
    keyboard: Annotated[bool, typer.Option("--keyboard", help="Here, by keyboard, and nothing is played.")] = False,
) -> None:
    """Practise with a prospect whose next words depend on what you try."""
    from assist import settings
    from assist.practice import command

    if keyboard:
        asyncio.run(command.keyboard(scenario, settings.load(**OWN)))
    else:
        asyncio.run(command.page(scenario, settings.load(**OWN | {"port": None})))


@app.command()
@tells_faults
def advise(
    as_json: Json = False,
    independent: Annotated[bool, typer.Option("--independent", help="Each line is a call of its own.")] = False,
    tells_all: Annotated[bool, typer.Option("--all", help="Also what was weighed and not shown, and why.")] = False,
) -> None:
    """Read lines of {"call", "speaker", "text"} and tell what would be heard and shown."""
    from assist import advise as text
    from assist import settings

    text.run(sys.stdin, settings.load(), text.Wish(as_json, independent, tells_all))


class Format(StrEnum):
    """What a debrief is written as."""

    HTML = "html"
    MD = "md"
    JSON = "json"
    CSV = "csv"
    VTT = "vtt"
    SRT = "srt"


@app.command()
@tells_faults
def debrief(
    call: Annotated[str, typer.Argument(help="The call's id; `assist calls` lists them.")],
    opens: Annotated[bool, typer.Option("--open", help="Open it; unencrypted it lies beside its journal.")] = False,
    format: Annotated[Format, typer.Option(help="What to write to standard output.")] = Format.HTML,
    answer: Annotated[str | None, typer.Option(help="Keep your own answer to the closing question.")] = None,
    sound: Annotated[
        bool, typer.Option("--sound", help="An HTML file carries the call's sound, if it was kept.")
    ] = False,
) -> None:
    """Look back at a call: did I truly understand them, or did I wait for my turn to talk?"""
    from assist import settings
    from assist.debrief import command

    command.run(command.Wish(call, format.value, opens, answer, sound), settings.load())


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only calls from this day on, or up to it.")]


@app.command()
@tells_faults
def calls(
    words: Annotated[list[str] | None, typer.Argument(help="Only calls that have all of these in them.")] = None,
    who: Annotated[str, typer.Option(help="Only calls with this prospect or company.")] = "",
    since: Day = None,
    until: Day = None,
    is_open: Annotated[bool, typer.Option("--open", help="Only calls in which a concern stayed unaddressed.")] = False,
    is_right: Annotated[bool, typer.Option("--right", help='Only calls with a "that\'s right" of theirs.')] = False,
) -> None:
    """List the calls there are debriefs of, newest first, and how you develop over them."""
    from assist import settings
    from assist.archive import archive_of
    from assist.debrief import command
    from assist.debrief.search import Search

    days = since.date() if since else None, until.date() if until else None
    search = Search(tuple(words or ()), who, *days, is_open=is_open, is_right=is_right)
    for line in command.listing(archive_of(settings.load()), search):
        typer.echo(line)


class Role(StrEnum):
    """What the bearer of a token may do."""

    FEED = "feed"
    VIEW = "view"
    CONTROL = "control"


@app.command()
@tells_faults
def token(
    role: Annotated[Role, typer.Argument(help="feed a call, view it, or control: view, and have a say.")],
    call: Annotated[str | None, typer.Option(help="The call's id; without, any call.")] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="To begin within so long.")] = 5,
    hours: Annotated[float, typer.Option(min=0, help="To go on for so long, as pages do that renew it.")] = 12,
) -> None:
    """Make a token, signed with token_key: for a source, or behind `#token=` in the address of a page."""
    from assist import front_door, settings

    typer.echo(front_door.token_for(settings.load(), role.value, call, minutes * 60, hours * 3600))


@app.command()
@tells_faults
def purge(
    call: Annotated[str | None, typer.Argument(help="The call's id; `assist calls` lists them.")] = None,
    contact: Annotated[
        str | None, typer.Option(help="Calls with this person or company, as they were announced.")
    ] = None,
    older_than: Annotated[float | None, typer.Option(help="Calls that nothing was added to for so many days.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be deleted.")] = False,
) -> None:
    """Delete all that is kept of calls: journals, debriefs, sound, preparation."""
    from assist import purging, settings
    from assist.archive import archive_of

    wish = purging.Wish(call, contact, older_than, dry_run)
    given = settings.load()
    for line in purging.run(wish, archive_of(given), given.redis_url):
        typer.echo(line)


@app.command()
@tells_faults
def audit(
    verify: Annotated[bool, typer.Option("--verify", help="Check that no line was changed or is missing.")] = False,
) -> None:
    """Show who viewed, exported and purged what; or check that this record is whole."""
    from assist import auditing, settings

    folder = settings.load().journal_dir
    for line in auditing.verified(folder) if verify else auditing.told(folder):
        typer.echo(line)


@app.command()
@tells_faults
def check(
    scenario: Annotated[Path | None, typer.Argument(help="A practice scenario's file, to check that alone.")] = None,
) -> None:
    """Check settings, playbook and scenarios, and say which model would load."""
    from assist import checking

    for line in checking.report() if scenario is None else checking.of_scenario(scenario):
        typer.echo(line)


def main() -> None:
    """Entry point."""
    app()
