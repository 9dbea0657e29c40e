"""The house rules that no other tool checks: sizes, a test for each source, and documents that tell the truth."""

import ast
import gc
import re
from functools import cache
from pathlib import Path

import pytest

import detectors
import streaming.bus
import streaming.engines
import streaming.protocols
from assist.settings import Settings
from streaming import plugins

ROOT = Path(__file__).parents[1]
PACKAGES = ("streaming", "detectors", "assist")

MOST_FILE_LINES = 250
MOST_FUNCTION_LINES = 40
MOST_METHODS = 12

LONGER_FILES: dict[str, str] = {}
"""Files over the budget, each with its reason."""

WITHOUT_OWN_TEST = {
    "assist/__main__.py": "three lines; tests/assist/test_cli.py runs it",
    "assist/call_parts.py": "shapes; test_call.py fills them",
    "assist/decisions.py": "shapes; test_advice.py and test_advice_policy.py meet each",
    "assist/grammar/mirror_words.py": "lists; tests/assist/test_mirrors.py and the turns in mirrored/ meet them",
    "assist/faults.py": "a list; tests/assist/test_cli.py meets each of its kinds",
    "assist/telling_faults.py": "tests/assist/test_cli.py meets its faults",
    "assist/judging.py": "a contract, and who can tell nothing; tests/assist/test_summaries.py meets that",
    "assist/elsewhere.py": "a contract; far_calls.py obeys it",
    "assist/watched_call.py": "what hangs on a call that overlays watch; test_overlay_hub.py watches them",
    "assist/running_call.py": "what hangs on a call; test_app.py and test_nodes.py run whole ones",
    "assist/running_calls.py": "how a call begins; test_app.py begins them, test_nodes.py takes them over",
    "assist/loading.py": "test_checking.py and test_app.py load by it",
    "assist/play.py": "tests/assist/test_cli.py runs its commands",
    "assist/watching.py": "tests/assist/test_app.py and test_cli.py watch through it",
    "assist/settings_places.py": "test_settings.py reads through it and meets each of its faults",
    "assist/playbook_files.py": "test_playbook.py reads through it and meets each of its faults",
    "assist/playbook_rules.py": "shapes; test_playbook.py fills them",
    "assist/talk/stretch.py": "shapes; what hears and reads makes them in its own tests",
    "assist/debrief/record.py": "shapes; test_reading.py fills them",
    "assist/debrief/analysis.py": "puts its parts together; the tests of each part go through it",
    "assist/debrief/writing.py": "a list; test_command.py writes each of its formats",
    "assist/debrief/formats/marks.py": "what test_timeline.py draws",
    "assist/practice/events.py": "shapes; test_session.py meets them",
    "assist/practice/scenario.py": "shapes; test_scenario_files.py fills them and meets each of their faults",
    "assist/practice/command.py": "tests/assist/test_cli.py runs it",
    "assist/practice/render.py": "development time; test_scenario_files.py holds what it made",
    "assist/demo/render.py": "development time; test_demo_call.py holds what it made",
    "assist/demo/pronunciation.py": "development time; test_demo_call.py holds what it made",
    "streaming/errors.py": "names only",
    "streaming/types.py": "shapes only",
    "streaming/effort.py": "a table; test_transcriber.py plays each of its steps",
    "streaming/metrics.py": "names only; tests/assist/test_metrics.py reads the page",
    "streaming/admitted.py": "tests/assist/test_front_door.py feeds through it with each token",
    "streaming/plain_get.py": "tests/assist/test_front_door.py asks for every page with each token",
    "streaming/knocking.py": "test_visit.py knocks by it",
    "streaming/product.py": "a contract; test_server.py serves one, assist/app.py is one",
    "streaming/call_socket.py": "the half of the server that feeds a call; test_server.py meets each of its ends",
    "streaming/listening.py": "one utterance's half of the transcriber; test_transcriber.py drives both",
    "streaming/transcription.py": "the loop around the transcriber; tests/assist/test_app.py runs it on real sound",
    "streaming/recogniser_process.py": "test_recogniser.py runs it as the process that it is",
    "streaming/engines/contract.py": "a contract",
    "streaming/whisper/network.py": "a contract, and what it speaks of",
    "streaming/whisper/ctranslate2_network.py": "test_onnx_network.py runs it beside the other",
    "streaming/redaction/marking.py": "test_redactor.py meets each of its ends",
    "streaming/redaction/verdicts.py": "test_redactor.py meets each of its ends",
}


def sources() -> list[Path]:
    """Every Python file of the product."""
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if path.name != "__init__.py"]


@cache
def tree_of(path: Path) -> ast.Module:
    """Its syntax. Python 3.11's parser fails (gh-106905) when a collection of garbage runs Python code meanwhile."""
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()


def name_of(path: Path) -> str:
    """Its path from the project's root."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*sources(), *sorted((ROOT / "overlay").glob("*.js"))], ids=name_of)
def test_no_file_is_long(path: Path) -> None:
    """A file has one reason to exist and shows it at a glance."""
    lines = len(path.read_text().splitlines())
    assert lines <= MOST_FILE_LINES or name_of(path) in LONGER_FILES, f"{lines} lines; split it by meaning"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_no_function_or_class_is_large(path: Path) -> None:
    """The worst function and class are what a reader remembers."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < MOST_FUNCTION_LINES, f"{node.name} is too long"
        if isinstance(node, ast.ClassDef):
            public = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            assert len([n for n in public if not n.name.startswith("_")]) <= MOST_METHODS, f"{node.name} does too much"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """In the first sentence of its docstring."""
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_every_source_has_its_test(path: Path) -> None:
    """Beside its like in tests/, or with the reason why not."""
    own = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    assert own.is_file() != (name_of(path) in WITHOUT_OWN_TEST)


def test_every_exception_is_needed() -> None:
    """A reason for a file that is gone is noise."""
    known = {name_of(path) for path in sources()}
    assert set(WITHOUT_OWN_TEST) | set(LONGER_FILES) <= known


def test_broad_excepts_stand_where_they_are_agreed() -> None:
    """One detector, one call, one connection, one pass, the model hub: nowhere else is every error caught."""
    places = {name_of(path) for path in sources() if re.search(r"except (Base)?Exception\b", path.read_text())}
    assert places == {
        "assist/call.py",
        "assist/detection.py",
        "streaming/call_socket.py",
        "streaming/models.py",
        "streaming/recogniser_process.py",
        "streaming/server.py",
    }


def test_the_readme_lists_every_setting() -> None:
    """What can be set is documented."""
    readme = (ROOT / "README.md").read_text()
    assert [name for name in Settings.model_fields if f"`{name}`" not in readme] == []


def test_the_architecture_names_every_file() -> None:
    """The map has every place on it."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    missing = [name_of(path) for path in sources() if f"`{path.name}`" not in text and "short_window" not in str(path)]
    assert missing == []
    known = [*plugins.names(streaming.protocols), *plugins.names(streaming.engines), *plugins.names(detectors)]
    known += plugins.names(streaming.bus)
    assert [name for name in known if name not in text] == []
