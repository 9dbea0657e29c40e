"""A scenario: what a prospect may say, and what the rep must have tried for it; shapes only. See README.md here."""

from typing import Annotated

import msgspec
from msgspec import Meta

from assist.practice.events import PracticeEnding, Tried

Text = Annotated[str, Meta(min_length=1, max_length=600)]
LineName = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}\Z")]
Ways = dict[Tried, tuple[str, ...]]
"""What the rep tries -> names of lines, best first: the first that was not said yet and is ripe is said."""


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Table `prospect`: who they are. The last three are for the script that renders their sound."""

    name: Text
    company: Text
    voice: Text = "af_heart"
    speed: Annotated[float, Meta(ge=0.5, le=2)] = 1.0
    level_dbfs: Annotated[float, Meta(ge=-40, le=-10)] = -22.0


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Table `lines.NAME`: something they say.

    `openness` is how far they have opened up when they say it, 0 to 5; `needs` what the rep must have tried before and
    how often; `after` where what the rep tries next leads; a line with an `ending` is their last.
    """

    says: Text
    openness: Annotated[int, Meta(ge=0, le=5)]
    hint: str = ""
    needs: dict[Tried, Annotated[int, Meta(ge=1, le=9)]] = {}
    after: Ways = {}
    ending: PracticeEnding | None = None
    speed: Annotated[float, Meta(ge=0.5, le=2)] = 1.0


class Scenario(msgspec.Struct, frozen=True):
    """The whole file: `start` is the first line, `otherwise` holds where a line has no way of its own left.

    `runs_out` is said when there is nothing else left to say.
    """

    title: Text
    about: Text
    goal: Text
    start: str
    runs_out: str
    prospect: Voice
    lines: dict[LineName, Line]
    otherwise: Ways = {}
