"""The command line's half of practice: the page opened in a browser, or a practice by keyboard in the terminal."""

import asyncio
import webbrowser

from rich.console import Console

from assist import logs
from assist.app import running
from assist.practice.scenario_files import Kept, ScenarioUnknown, named, scenarios
from assist.practice.terminal import Client
from assist.settings import Settings

HELP = "Type what you say. Enter alone says nothing, ? gives a hint, Ctrl-D hangs up."


async def page(name: str | None, settings: Settings) -> None:
    """Serves until interrupted, and opens the page. Raises ScenarioUnknown."""
    if name is not None:
        named(scenarios(settings.practice_dir), name)
    logs.configure(settings.log_level, settings.log_json)
    async with running(settings) as server:
        url = f"{server.url}/practice" + (f"?scenario={name}" if name else "")
        Console(stderr=True).print(f"Practice at {url}. Ctrl-C ends.")
        webbrowser.open(url)
        await asyncio.Event().wait()


async def keyboard(name: str | None, settings: Settings) -> None:
    """One practice here, to its end. Raises ScenarioUnknown, FeedFailed."""
    known = scenarios(settings.practice_dir)
    if name is None:
        raise ScenarioUnknown(f"which scenario? There are: {', '.join(sorted(known))}")
    kept = named(known, name)
    logs.configure(settings.log_level, settings.log_json)
    async with running(settings) as server:
        for text in _opening(kept):
            print(text)
        client = Client(kept, name, _asked, print)
        call = await client.play(server.url.replace("http://", "ws://", 1))
    print(f"\nThe debrief says what opened them up, and what did not: assist debrief {call} --open")


def _opening(kept: Kept) -> tuple[str, ...]:
    scenario = kept.scenario
    return (scenario.title, scenario.about, scenario.goal, HELP, "")


async def _asked(hint: str) -> str | None:
    """What the rep types. Not to be cancelled: the terminal is waited for."""
    while True:
        try:
            words = (await asyncio.to_thread(input, "You: ")).strip()
        except EOFError:
            return None
        if words != "?":
            return words
        print(f"   {hint or 'No hint here.'}")
