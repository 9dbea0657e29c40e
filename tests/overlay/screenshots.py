"""Pictures of every state of the overlay, of the pages beside it, and of those about calls that were, to be looked at.

    python -m tests.overlay.screenshots [--into FOLDER] [SCENE ...]

Those of the practice page have the name `practice`.
Each is taken at 320, 768 and 1280 px, light and dark, in the real Chromium. They go to build/screenshots.
"""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser

from assist import settings
from tests import chromium
from tests.overlay.capturing import CAPTURES
from tests.overlay.practising import practising, states, with_quick_lines
from tests.overlay.scenes import SCENES, Look, played
from tests.overlay.shelf import SIGHTS, filled, seen
from tests.overlay.stage import standing

LOOKS = (
    *(Look(320, 568, "light"), Look(768, 900, "light"), Look(1280, 800, "light")),
    *(Look(320, 568, "dark"), Look(768, 900, "dark"), Look(1280, 800, "dark")),
)


def main() -> None:
    """Takes them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--into", type=Path, default=Path("build/screenshots"))
    options.add_argument("scenes", nargs="*", help="names; all when none is given")
    given = options.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    print(asyncio.run(taken(given.into, frozenset(given.scenes))), "pictures in", given.into)


async def taken(folder: Path, names: frozenset[str]) -> int:
    """How many were taken; of the scenes and sights of those names, or of all."""
    count = 0
    with TemporaryDirectory() as journals:
        async with standing(journals=filled(Path(journals))) as (_, url), chromium.launched() as browser:
            for sight in (sight for sight in (*SIGHTS, *CAPTURES) if sight.name in names or not names):
                for look in LOOKS:
                    async with seen(sight, url, browser, look) as page:
                        path = folder / f"{sight.name}-{look.width}-{look.scheme}.png"
                        await page.screenshot(path=path, full_page=True)
                    count += 1
    async with standing() as (stage, url), chromium.launched() as browser:
        for scene in (scene for scene in SCENES if scene.name in names or not names):
            for look in LOOKS:
                async with played(scene, stage, url, browser, look) as page:
                    path = folder / f"{scene.name}-{look.width}-{look.scheme}.png"
                    await page.screenshot(path=path, full_page=True)
                count += 1
        if not names or "practice" in names:
            count += await practised(folder, browser)
    return count


async def practised(folder: Path, browser: Browser) -> int:
    """Those of the practice page, in one practice on a server of its own; how many."""
    count = 0
    with TemporaryDirectory() as name:
        kept = Path(name)
        chosen = settings.load(port=0, journal_dir=kept / "calls", practice_dir=with_quick_lines(kept / "own"))
        async with practising(browser, chosen) as (page, _):
            async for state in states(page):
                for look in LOOKS:
                    await page.set_viewport_size({"width": look.width, "height": look.height})
                    await page.emulate_media(color_scheme=look.scheme)
                    path = folder / f"practice_{state}-{look.width}-{look.scheme}.png"
                    await page.screenshot(path=path, full_page=True)
                    count += 1
    return count


if __name__ == "__main__":
    main()
