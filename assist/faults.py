"""The errors that whoever started a command can mend."""

from assist.advise import AdviseError
from assist.checking import CheckFailed
from assist.debrief.answering import AnswerNotKept
from assist.debrief.reading import CallUnknown
from assist.playbook_files import PlaybookError
from assist.replaying import AlreadyReplaying
from assist.settings import SettingsError
from assist.watching import WatchFailed
from streaming.errors import StreamingError
from streaming.feeder import FeedFailed
from streaming.recording import RecordingUnreadable

MENDABLE = (
    AdviseError,
    AlreadyReplaying,
    AnswerNotKept,
    CallUnknown,
    CheckFailed,
    FeedFailed,
    PlaybookError,
    RecordingUnreadable,
    SettingsError,
    StreamingError,
    WatchFailed,
    OSError,
)
