"""The errors that whoever started a command can mend."""

from assist.advise import AdviseError
from assist.archive import ArchiveFault
from assist.audit import AuditBroken
from assist.checking import CheckFailed
from assist.debrief.answering import AnswerNotKept
from assist.debrief.reading import CallUnknown, SoundMissing
from assist.debrief.showing import NotShown
from assist.journal import JournalInUse
from assist.playbook_files import PlaybookError
from assist.practice.scenario_files import ScenarioError, ScenarioUnknown
from assist.purging import PurgeRefused
from assist.replaying import AlreadyReplaying
from assist.settings_places import SettingsError
from assist.watching import WatchFailed
from streaming.errors import StreamingError
from streaming.feeder import FeedFailed
from streaming.recording import RecordingUnreadable

MENDABLE = (
    AdviseError,
    AlreadyReplaying,
    AnswerNotKept,
    ArchiveFault,
    AuditBroken,
    CallUnknown,
    CheckFailed,
    FeedFailed,
    JournalInUse,
    NotShown,
    PlaybookError,
    PurgeRefused,
    RecordingUnreadable,
    ScenarioError,
    ScenarioUnknown,
    SettingsError,
    SoundMissing,
    StreamingError,
    WatchFailed,
    OSError,
)
