"""Fifty-three faults that users of such systems reported, and what here would catch each, or why it cannot happen.

Numbers, projects and threads are those of the survey that the recogniser was built by. Tests made for these faults are
in `known_faults/`; most of the others were there before.
"""

import re
from functools import cache
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]

INVENTED = "streaming/known_faults/test_invented_words.py::"
LOST = "streaming/known_faults/test_lost_words.py::"
GROWTH = "streaming/known_faults/test_growth.py::"
TIMES = "streaming/known_faults/test_times_and_numbers.py::"
VISITS = "assist/test_comings_and_goings.py::"
REAL_CALL = "assist/test_real_call.py::"
WHISPER = "streaming/engines/test_whisper.py::"
TRANSCRIBER = "streaming/test_transcriber.py::"
PROTOCOLS = "streaming/protocols/test_contract.py::"

NOISE = (f"{INVENTED}test_noise_that_the_voice_detector_lets_pass_has_no_words",)
NOISE_CALL = (f"{REAL_CALL}test_noise_and_silence_give_no_words",)
NO_PROMPT = (f"{INVENTED}test_the_decoder_is_prompted_with_no_text",)
NOT_ECHOED = (f"{INVENTED}test_an_expected_word_is_not_heard_where_nobody_speaks",)
LOOP = (f"{WHISPER}test_a_loop_of_the_decoder_is_heard_once",)
REPEATS = (f"{INVENTED}test_nothing_is_said_over_and_over_on_a_real_call",)
LATER = (f"{INVENTED}test_half_an_hour_and_a_long_pause_change_nothing",)
TAIL = (f"{INVENTED}test_silence_behind_speech_brings_no_words",)
HANG_UP = (f"{LOST}test_who_hangs_up_in_mid_sentence_is_heard_to_the_last_word",)
SHORT_LAST = (f"{LOST}test_a_last_pass_that_hears_less_takes_no_words_away",)
FIRST_WORD = (f"{LOST}test_the_first_word_is_heard_from_the_first_sample",)
EACH_LINE = (f"{LOST}test_every_line_of_a_telephone_call_is_heard_once",)
NO_WORD_LOST = (f"{TRANSCRIBER}test_whatever_the_pauses_and_the_speed_no_word_is_lost_or_changed",)
MONOLOGUE = (f"{TRANSCRIBER}test_a_monologue_keeps_windows_short_and_pages_bounded",)
LONG_CALL = (f"{GROWTH}test_a_call_of_twenty_minutes_is_told_whole_at_the_same_lag_and_cost",)
SLOW_PASSES = (f"{GROWTH}test_passes_slower_than_speech_cover_more_and_lag_does_not_grow",)
MEMORY = (f"{GROWTH}test_memory_does_not_grow_with_the_call",)
VISITORS = (f"{VISITS}test_two_hundred_callers_leave_nothing_behind",)
IDLE = (f"{VISITS}test_a_caller_who_says_nothing_costs_nothing",)
SHED = ("assist/test_app.py::test_one_call_too_many_is_shed",)
AT_ONCE = (f"{TIMES}test_callers_at_once_get_what_each_gets_alone",)
TWO_SPELLINGS = (f"{GROWTH}test_a_number_written_two_ways_stalls_nothing_and_is_told_once",)
ANY_SPLIT = (
    f"{PROTOCOLS}test_any_split_of_the_sound_gives_the_same_frames",
    "streaming/test_pcm.py::test_any_split_gives_the_same_frames",
)


class Fault(msgspec.Struct, frozen=True):
    """What was reported, the tests that would catch it here, and why it cannot happen where tests alone can't tell."""

    report: str
    tests: tuple[str, ...] = ()
    why_not: str = ""


FAULTS = {
    1: Fault("WhisperLive#185: remarks from noise at the voice detector's edge", NOISE + NOISE_CALL),
    2: Fault("WhisperLiveKit#131: hallucinations in spite of voice detection", NOISE + NOISE_CALL),
    3: Fault("WhisperLiveKit#279: the prompt echoed before anybody spoke", NO_PROMPT + NOT_ECHOED),
    4: Fault("WhisperLiveKit#315, #283, #338: the same words after minutes", LATER + REPEATS + LOOP),
    5: Fault("WhisperLiveKit PR#339: agreement confirms a loop and feeds it back", NO_PROMPT + LOOP),
    6: Fault("whisper_streaming#102: repetition that grows after a pause", LATER),
    7: Fault("faster-whisper#436: repeated words in silent parts", TAIL),
    8: Fault("speaches#134: repeated words", REPEATS + LOOP),
    9: Fault(
        "whisper.cpp#3153: earlier talk comes back",
        (f"{INVENTED}test_a_pass_remembers_nothing_of_the_one_before", *NO_PROMPT),
    ),
    10: Fault("openwhispr#1458, #462: words on trailing silence", TAIL),
    11: Fault("OpenSuperWhisper#87: text at the end of a file", TAIL + HANG_UP),
    12: Fault(
        "WhisperLive#278: the prompt overrides the sound",
        (*NO_PROMPT, f"{WHISPER}test_an_expected_name_is_written_where_it_was_said_and_not_elsewhere"),
    ),
    13: Fault(
        "vexa#617: a filter of some languages' phrases, near-silence submitted",
        (f"{INVENTED}test_hiss_below_hearing_asks_for_no_pass",),
        "no phrase is filtered in any language",
    ),
    14: Fault("voice-input#19: Oh, Oh", (f"{INVENTED}test_quiet_speech_is_heard_as_loud_speech_is",)),
    15: Fault(
        "whisper_streaming's server, #48: the tail lost at hang-up, no words after a minute",
        (*HANG_UP, *LATER, "assist/test_call.py::test_last_words_are_waited_for_but_not_for_ever"),
    ),
    16: Fault(
        "WhisperLiveKit#411, #440: last word twice, last words lost, errors only logged",
        (
            *NO_WORD_LOST,
            "streaming/test_outbox.py::test_messages_go_out_in_order_and_finish_waits_for_the_last",
            "assist/test_call.py::test_sound_that_the_recogniser_died_of_is_told_as_lost",
        ),
    ),
    17: Fault("EnviousWispr#1308, #1276, #1879: final words omitted, seams", SHORT_LAST + NO_WORD_LOST),
    18: Fault("RealtimeSTT#46: speech during a long pass lost", SLOW_PASSES + NO_WORD_LOST),
    19: Fault("speaches#411: first word missed", FIRST_WORD),
    20: Fault(
        "whisper.cpp#2901, #2338: a limit of tokens, window text repeated",
        (f"{LOST}test_fast_speech_is_not_cut_off", *NO_WORD_LOST),
    ),
    21: Fault("corti#155: cut at the minute, numbers split", MONOLOGUE, "cut behind committed words, never by a clock"),
    22: Fault("addons PR#4819: ends undecoded, the prompt `null`", HANG_UP + NOT_ECHOED),
    23: Fault("Handy#1835: final text shorter than live text", SHORT_LAST),
    24: Fault(
        "WhisperLiveKit#372: early lines missing",
        (*LONG_CALL, "assist/test_overlay_hub.py::test_journal_and_overlays_get_the_same_lines"),
        "the journal, from which the transcript is made, is never pruned",
    ),
    25: Fault("WhisperLiveKit#150: echoed transcript", EACH_LINE + NO_WORD_LOST),
    26: Fault(
        "whisper_streaming#120: a buffer that is never cut",
        (f"{GROWTH}test_passes_that_never_agree_neither_stall_nor_grow", *MONOLOGUE),
    ),
    27: Fault("whisper_streaming#63, #135, #157: delay that grows", LONG_CALL),
    28: Fault(
        "WhisperLiveKit#388: lag adds up under load",
        (*SLOW_PASSES, f"{TRANSCRIBER}test_a_recogniser_that_never_answers_in_time_sheds_the_oldest_and_says_so"),
    ),
    29: Fault("WhisperLiveKit#344, #311: memory, second connection drops", MEMORY + VISITORS),
    30: Fault(
        "faster-whisper#1055, #249: memory of parallel passes",
        AT_ONCE,
        "CTranslate2 keeps buffers for each thread that ever called it; a fixed pool calls it, in its own process",
    ),
    31: Fault("vosk-server#149, #44, #11: memory grows with connections", VISITORS),
    32: Fault(
        "WhisperLive#137, #225, #517: a busy processor in idle",
        (*IDLE, f"{TRANSCRIBER}test_silence_asks_for_nothing"),
    ),
    33: Fault(
        "RealtimeSTT#259: voice detection stops triggering",
        ("streaming/test_voice_activity.py::test_speech_is_heard_after_a_minute_of_typing", *LATER),
    ),
    34: Fault("CrispASR#383: progressive lag", LONG_CALL),
    35: Fault("WhisperLive#271: an idle client slows the first", IDLE),
    36: Fault(
        "WhisperLiveKit#12, PR#322: users' words mixed, races",
        (*AT_ONCE, f"{REAL_CALL}test_two_calls_at_once_do_not_mix"),
    ),
    37: Fault(
        "faster-whisper#1192, #599, #1419: slower with more clients",
        SHED + SLOW_PASSES,
        "`max_calls` and the wait for the recogniser say how many are let in; what a busy machine leaves out is told",
    ),
    38: Fault(
        "vosk-server#205: slow with many threads, one client changes the model of all",
        SHED,
        "as many passes at once as there are processors; the model is the operator's alone to choose",
    ),
    39: Fault(
        "whisper_streaming#106: the server ends with its client",
        ("assist/test_app.py::test_a_bad_client_disturbs_no_neighbour",),
    ),
    40: Fault(
        "speaches#214, #277, #111: closed for silence",
        (
            "assist/test_app.py::test_ten_minutes_of_silence_say_nothing",
            "assist/test_call.py::test_a_source_that_stops_sending_is_told_and_so_is_its_return",
        ),
        "once a call has begun, no timer of ours ends it; only a peer that answers no ping for 20 s is let go",
    ),
    41: Fault(
        "vosk-server#231, #249: a client gone, a client that does not read",
        (
            "streaming/test_outbox.py::test_a_client_that_takes_nothing_is_cut_in_time",
            "streaming/test_outbox.py::test_a_client_that_has_gone_ends_the_writer",
        ),
    ),
    42: Fault(
        "WhisperLiveKit PR#196, #364: offsets added twice",
        (*LATER, "assist/test_call.py::test_the_clock_is_that_of_the_sound"),
    ),
    43: Fault(
        "faster-whisper#919, #110, #338, #1118: times that are wrong",
        (
            f"{TIMES}test_words_of_a_call_are_in_order_and_where_they_were_said",
            f"{WHISPER}test_a_first_word_is_not_stretched_over_the_silence_before_it",
        ),
    ),
    44: Fault(
        "faster-whisper#1342, #339: alignment on 10 ms ends the process",
        (f"{TIMES}test_words_on_a_window_too_short_to_align_end_nothing",),
    ),
    45: Fault("whisper_streaming#105: times begin anew after each silence", LATER),
    46: Fault(
        "sherpa#43, #148: no times of words, no numbers of segments",
        (
            "streaming/protocols/test_deepgram.py::test_words_become_results",
            "assist/test_conversation.py::test_the_transcript_tells_which_words_may_still_change",
        ),
    ),
    47: Fault(
        "faster-whisper#888, #1190: numbers split, 9 s off",
        (f"{TIMES}test_a_time_of_day_stands_where_it_was_said", *TWO_SPELLINGS),
    ),
    48: Fault(
        "whisperX#314, #409, #789, #911, #917: digits without times, or deleted",
        (*TWO_SPELLINGS, "streaming/test_agreement.py::test_a_number_committed_in_digits_is_not_told_again_in_words"),
        "digits are aligned like any token, and none are suppressed",
    ),
    49: Fault("WhisperLive#74: each packet resampled alone", ANY_SPLIT),
    50: Fault("openai-agents-python#304, livekit PR#1505: the same", ANY_SPLIT),
    51: Fault("sherpa-onnx#2854, #327: a WAV header within the sound", FIRST_WORD),
    52: Fault(
        "auto-subs#563: a speaker in a telephone's band dropped; audioop gone from Python",
        (*EACH_LINE, "streaming/test_pcm.py::test_every_code_of_g711_is_as_ffmpeg_has_it"),
    ),
    53: Fault(
        "RealtimeSTT#237: nothing from sound that comes faster than real time",
        ("assist/test_app.py::test_sound_becomes_words_cue_and_suggestion",),
        "all times are counted from samples",
    ),
}


@cache
def named_in(path: Path) -> set[str]:
    """The names of a file's tests."""
    return set(re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE))


def test_all_are_listed() -> None:
    """Each number once."""
    assert list(FAULTS) == list(range(1, 54))


@pytest.mark.parametrize("number", FAULTS)
def test_what_would_catch_it_is_there(number: int) -> None:
    """A test, and one that exists; a reason is no test unless it stands alone."""
    fault = FAULTS[number]
    assert fault.tests or fault.why_not
    for test in fault.tests:
        file, _, name = test.partition("::")
        assert name in named_in(ROOT / "tests" / file), test


def test_every_test_made_for_a_fault_is_in_the_list() -> None:
    """None is left over when the list changes."""
    listed = {test for fault in FAULTS.values() for test in fault.tests}
    for path in sorted((ROOT / "tests/streaming/known_faults").glob("test_*.py")):
        assert {f"streaming/known_faults/{path.name}::{name}" for name in named_in(path)} <= listed
