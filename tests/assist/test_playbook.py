"""A playbook is what its files say, or an error that names everything wrong with it."""

from importlib import resources
from pathlib import Path

import pytest

from assist.playbook import check, load
from assist.playbook_files import PlaybookError
from assist.playbook_talk import is_any_said
from assist.sentence_rules import faults_of_label, faults_of_question

OBJECTIONS = ("price", "timing", "authority", "need", "trust", "competitor", "effort", "risk", "brush_off")
EMOTIONS = (
    *("frustration", "worry", "hesitation", "overwhelm"),
    *("skepticism", "confusion", "excitement", "relief"),
)
KNOWN = (*OBJECTIONS, *EMOTIONS, "thats_right", "youre_right")


def team_file(folder: Path, text: str) -> Path:
    path = folder / "team.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    """The faults of a team's file, without the folder it is in."""
    with pytest.raises(PlaybookError) as raised:
        check(team_file(folder, text), KNOWN)
    assert len(raised.value.faults) == len(str(raised.value).splitlines()) - 1
    return [str(fault).replace(f"{folder}/", "") for fault in raised.value.faults]


def test_the_bundled_playbook_is_sound_and_complete() -> None:
    """It speaks of every cue that the detectors hear and of no other."""
    assert set(check(None, KNOWN).cues) == set(KNOWN)


def test_bundled_wordings_are_many_and_differ() -> None:
    """At least four labels an objection, three an emotion, in varied openings, and no sentence for two cues."""
    cues = load(None).cues
    assert all(len(cues[name].labels) >= 4 for name in OBJECTIONS)
    assert all(len(cues[name].labels) >= 3 for name in EMOTIONS)
    assert all(cues[name].questions for name in KNOWN)
    for name in (*OBJECTIONS, *EMOTIONS, "youre_right"):
        assert len({label.split()[1] for label in cues[name].labels}) >= 3, name
    cases = [case for lines in cues.values() for case in lines.when.values()]
    texts = [text for lines in cues.values() for text in (*lines.labels, *lines.questions)]
    texts += [text for case in cases for text in case.labels]
    assert len(set(texts)) == len(texts)


def test_bundled_wordings_are_fit_to_say() -> None:
    """Each passes the rules and ends like a sentence."""
    for lines in load(None).cues.values():
        assert [faults_of_question(text) for text in lines.questions if faults_of_question(text)] == []
        texts = (*lines.labels, *(text for case in lines.when.values() for text in case.labels))
        assert [faults_of_label(text) for text in texts if faults_of_label(text)] == []
        assert all(text.endswith(".") for text in texts)


def test_price_goes_deeper_where_its_worth_is_in_doubt() -> None:
    """There each label names it; where they spoke of the money alone, coaches refused every second one that did."""
    price = load(None).cues["price"]
    worth = ("ROI", "return", "worth", "value")
    assert all(any(word in label for word in worth) for case in ("roi", "worth") for label in price.when[case].labels)
    assert not any(word in label for word in worth for label in price.labels)


def test_a_return_is_spoken_of_where_it_was() -> None:
    """Whoever has no money, or is taken aback, has said nothing of what would come back for it."""
    price = load(None).cues["price"]
    told = {case: " ".join(its.labels) for case, its in price.when.items()}
    assert "ROI" in told["roi"]
    assert not any("ROI" in text or "return" in text for case, text in told.items() if case != "roi")
    assert not any("ROI" in text or "return" in text for text in price.labels)


def test_a_breakthrough_is_not_labelled() -> None:
    """After "that's right" the next step is asked for, if anything is said at all."""
    assert load(None).cues["thats_right"].labels == ()


def test_each_number_has_its_reason() -> None:
    """Every number of the bundled file has a comment beside it or on the line above."""
    lines = resources.files("assist").joinpath("playbook.toml").read_text("utf-8").splitlines()
    numbers = [i for i, line in enumerate(lines) if "=" in line and line.split("=")[1].strip()[:1].isdigit()]
    assert len(numbers) >= 5 + 2 + 11 + 12 + 4 + len(KNOWN)
    assert all("#" in lines[i] or lines[i - 1].startswith("#") for i in numbers)


def test_a_team_overrides_key_by_key(tmp_path: Path) -> None:
    """What its file names is replaced, lists as a whole; everything else stays."""
    path = team_file(
        tmp_path,
        """
        [advice]
        life_ms = 9000
        [cues.price]
        labels = ["It seems like the budget is spoken for."]
        """,
    )
    mine, bundled = load(path), load(None)
    assert mine.cues["price"].labels == ("It seems like the budget is spoken for.",)
    assert mine.cues["price"].weight == bundled.cues["price"].weight
    assert mine.advice.life_ms == 9000
    assert mine.advice.cool_down_ms == bundled.advice.cool_down_ms
    assert mine.cues["need"] == bundled.cues["need"]


def test_an_empty_file_changes_nothing_and_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """As some editors save it."""
    path = tmp_path / "team.toml"
    path.write_bytes(b"\xef\xbb\xbf# nothing yet\n")
    assert load(path) == load(None)


def test_a_cue_can_be_silenced(tmp_path: Path) -> None:
    """Empty lists are allowed: silence may be what a team wants."""
    price = check(team_file(tmp_path, "[cues.price]\nlabels = []\nquestions = []"), KNOWN).cues["price"]
    assert (price.labels, price.own, price.when, price.questions) == ((), (), {}, ())


def test_a_teams_labels_are_not_preceded_by_ours(tmp_path: Path) -> None:
    """Our sentences for a part of a class go with those for the whole; those with a slot and a team's own stay."""
    text = """
        [cues.price]
        labels = ["It seems like a lot."]
        [cues.price.when.vat]
        said = ["VAT"]
        labels = ["It looks like more."]
        """
    mine, bundled = check(team_file(tmp_path, text), KNOWN).cues["price"], load(None).cues["price"]
    assert list(mine.when) == ["vat"]
    assert mine.own == bundled.own
    path = team_file(tmp_path, '[cues.price.when.worth]\nlabels = ["It looks like more."]')
    assert load(path).cues["price"].when.keys() == bundled.when.keys()
    assert load(path).cues["price"].when["worth"].said == bundled.when["worth"].said


def test_a_teams_case_comes_before_ours(tmp_path: Path) -> None:
    """Of several that fit the first has its say."""
    text = '[cues.price.when.vat]\nsaid = ["VAT"]\nlabels = ["It looks like more."]'
    mine = check(team_file(tmp_path, text), KNOWN).cues["price"].when
    assert list(mine) == ["vat", *load(None).cues["price"].when]


def test_all_faults_at_once_with_place_and_fix(tmp_path: Path) -> None:
    """File, line, key, what is wrong and what to do, for each."""
    text = """\
[advice]
life_ms = "long"
cool_down = 3
[mirrors]
words = [
  "rollout",
  "monday",
]
[cues.price]
weight = 101
labels = [
  "It seems like it's worth a look.",
  "I understand.",
]
[cues.legal]
weight = 5
concern = "c"
[colours]
"""
    told = faults(tmp_path, text)
    places = [fault.split(": ")[:2] for fault in told]
    assert places == [
        ["team.toml:18", "colours"],
        ["team.toml:3", "advice.cool_down"],
        ["team.toml:2", "advice.life_ms"],
        ["team.toml:10", "cues.price.weight"],
        ["team.toml:7", "mirrors.words"],
        ["team.toml:13", "cues.price.labels"],
        ["team.toml:13", "cues.price.labels"],
        ["team.toml:13", "cues.price.labels"],
        ["team.toml:15", "cues.legal"],
    ]
    assert all("; " in fault for fault in told)
    assert "use one of min_confidence" in told[1]
    assert "time word" in told[4]
    assert "heard by no detector" in told[8]


def test_each_case_of_a_cue_is_judged(tmp_path: Path) -> None:
    """Its words, its labels and its keys; the place named is that of the case."""
    text = """\
[cues.price.when.mine]
said = []
labels = ["It seems like I see."]
say = "x"
[cues.relief.when.yours]
labels = ["It seems like a lot."]
[cues.price.when.ours]
after = ["timming", "risk"]
labels = ["It looks like more."]
"""
    told = faults(tmp_path, text)
    assert [fault.split(": ")[:2] for fault in told] == [
        ["team.toml:4", "cues.price.when.mine.say"],
        ["team.toml:3", "cues.price.when.mine.labels"],
        ["team.toml:2", "cues.price.when.mine.said"],
        ["team.toml:8", "cues.price.when.ours.after"],
        ["team.toml:5", "cues.relief.when.yours.said"],
    ]
    assert "use one of labels, said, after" in told[0]
    assert "of the rep" in told[1]
    assert 'said = ["justify"' in told[2] and 'said = ["justify"' in told[4]
    assert "'timming' is the name of no cue; perhaps you mean timing" in told[3]


def test_questions_are_judged_too(tmp_path: Path) -> None:
    """By their own rules."""
    assert faults(tmp_path, '[cues.price]\nquestions = ["Why not?"]')[0].startswith("team.toml:2: cues.price.questions")


def test_the_same_sentence_twice_is_a_fault(tmp_path: Path) -> None:
    """It could be shown once only."""
    label = '"It seems like a lot."'
    assert "more than once" in faults(tmp_path, f"[cues.price]\nlabels = [{label}, {label}]")[0]


def test_firm_words_need_no_more_than_tentative_ones(tmp_path: Path) -> None:
    """The other way round, words would count less once they stand."""
    assert "below min_confidence" in faults(tmp_path, "[advice]\nmin_confidence_tentative = 0.1")[0]


@pytest.mark.parametrize("text", ["cues = 3", "advice = 3", "[cues]\nprice = 3"])
def test_a_value_in_the_place_of_a_table_is_a_fault(tmp_path: Path, text: str) -> None:
    """And it hides no other fault."""
    assert any("is not a table" in fault for fault in faults(tmp_path, text))


def test_a_new_cue_needs_a_weight(tmp_path: Path) -> None:
    """The bundled file has nothing to fall back on; the table's own line is named."""
    told = faults(tmp_path, '\n[cues.legal]\nconcern = "c"')
    assert told[0].startswith("team.toml:2: cues.legal.weight: is missing")


def test_a_cue_without_entry_is_a_fault() -> None:
    """A detector that nobody can answer is found at start-up, not in a call."""
    with pytest.raises(PlaybookError, match=r"cues\.legal: is missing"):
        check(None, (*KNOWN, "legal"))


def test_an_inline_table_is_found_as_near_as_can_be(tmp_path: Path) -> None:
    """Where the key itself is not on a line of its own, the nearest one above it is named."""
    assert faults(tmp_path, "[cues]\nprice = { weight = -1 }")[0].startswith("team.toml:2: cues.price.weight")
    assert faults(tmp_path, "cues.price.weight = -1")[0].startswith("team.toml: cues.price.weight")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[advice]\nlife_ms = = 3", "team.toml:2: file: is not TOML"),
        (b"a = '\xff'", "team.toml: file: is not UTF-8"),
        (None, "team.toml: file: cannot be read: No such file or directory; check the path"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path, content: bytes | None, told: str) -> None:
    """It says why, and where if that is known."""
    path = tmp_path / "team.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlaybookError) as raised:
        load(path)
    assert len(raised.value.faults) == 1
    assert told in str(raised.value)


def test_coaching_and_policy_are_a_teams_as_well(tmp_path: Path) -> None:
    """Key by key, tables within tables included."""
    path = team_file(
        tmp_path,
        """
        [policy]
        least_worth = 30
        [coaching]
        apart_ms = 120000
        [coaching.monologue]
        after_ms = 60000
        headline = "Breathe"
        """,
    )
    mine, bundled = load(path), load(None)
    assert (mine.policy.least_worth, mine.policy.fresh_ms) == (30, bundled.policy.fresh_ms)
    assert (mine.coaching.apart_ms, mine.coaching.monologue.after_ms) == (120_000, 60_000)
    assert mine.coaching.monologue.headline == "Breathe"
    assert mine.coaching.monologue.detail == bundled.coaching.monologue.detail
    assert mine.coaching.label_due == bundled.coaching.label_due


def test_a_fault_in_a_table_within_a_table_has_its_line_and_fix(tmp_path: Path) -> None:
    """As any other; the fix shows how the bundled file writes it."""
    text = """\
[coaching.monologue]
after_ms = "long"
headline = "This headline is longer than a rep can read at a glance"
afterms = 1
[coaching.silence]
for_ms = 1
"""
    told = faults(tmp_path, text)
    assert [fault.split(": ")[:2] for fault in told] == [
        ["team.toml:5", "coaching.silence"],
        ["team.toml:4", "coaching.monologue.afterms"],
        ["team.toml:3", "coaching.monologue.headline"],
        ["team.toml:2", "coaching.monologue.after_ms"],
    ]
    assert "perhaps you mean hold_silence" in told[0]
    assert "perhaps you mean after_ms" in told[1]
    assert "length <= 32" in told[2]
    assert told[3].endswith("write it like the bundled playbook, after_ms = 90000")


def test_a_cue_too_light_to_be_shown_is_a_fault(tmp_path: Path) -> None:
    """Unless it is meant to be silent, which is said by empty lists."""
    assert "below policy.least_worth" in faults(tmp_path, "[cues.relief]\nweight = 10")[0]
    path = team_file(tmp_path, "[cues.relief]\nweight = 10\nlabels = []\nquestions = []")
    assert check(path, KNOWN).cues["relief"].weight == 10


def test_a_cue_of_the_teams_own_is_shown_how_another_is_written(tmp_path: Path) -> None:
    """There is no such cue in the bundled file."""
    told = faults(tmp_path, '[cues.legal]\nweight = "high"\nconcern = "c"')
    assert "write it like the bundled playbook, weight = 70" in told[0]


def test_a_team_names_what_is_said_in_any_of_its_calls(tmp_path: Path) -> None:
    """Terms to expect; ours has none."""
    assert load(None).call.terms == ()
    assert load(team_file(tmp_path, '[call]\nterms = ["Flowdesk", "SOC 2"]\n')).call.terms == ("Flowdesk", "SOC 2")
    assert "team.toml:2: call.terms" in faults(tmp_path, '[call]\nterms = "Flowdesk"\n')[0]


def test_what_was_foreseen_weighs_more() -> None:
    """Within a hundred, and nothing else changes."""
    bundled = load(None)
    raised = bundled.raising(frozenset({"price", "thats_right", "unknown"}))
    adds = bundled.policy.foreseen_adds
    assert raised.cues["price"].weight == bundled.cues["price"].weight + adds
    assert raised.cues["thats_right"].weight == 100 and raised.cues["trust"] == bundled.cues["trust"]
    assert bundled.raising(frozenset()) is bundled


def test_wordings_for_what_was_thought_of_are_judged(tmp_path: Path) -> None:
    """Like all others."""
    own = tmp_path / "team.toml"
    own.write_text('[preparation]\nfears = ["You fear {thing}."]\npressures = ["It may feel like {when}."]\n')
    with pytest.raises(PlaybookError) as error:
        load(own)
    assert {fault.where for fault in error.value.faults} == {"preparation.fears", "preparation.pressures"}


def test_a_summary_that_could_never_be_said_is_a_fault(tmp_path: Path) -> None:
    """An opening with no room for what is said back, a name that no cue has, a likelihood that nothing has."""
    text = """
        [summary]
        openings = ["So that is that."]
        alike = [["trust", "scepticism"]]
        settles = ["relieved"]
        worth_from = 1.5
        """
    found = faults(tmp_path, text)
    assert len(found) == 4
    for wrong in ("has not one slot {said}", "'scepticism' is the name of no cue", "'relieved'", "summary.worth_from"):
        assert any(wrong in fault for fault in found), (wrong, found)


@pytest.mark.parametrize(
    "text",
    [
        "HubSpot does the same thing.",
        "I already have your brochure.",
        "Your colleague was here in March.",
        "You gave us a demo.",
        "We're with you so far.",
        "What you're quoting is a lot.",
    ],
)
def test_what_is_said_of_the_reps_own_side_is_no_rival(text: str) -> None:
    """Cases go by words alone."""
    cases = load(None).cues["competitor"].when
    assert not any(is_any_said(cases[name].said, text) for name in ("rivals", "served"))
