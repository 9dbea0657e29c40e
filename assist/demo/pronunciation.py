"""Text -> the phonemes that the Kokoro voices were trained on; part of the renderer, run by developers only."""
# ruff: noqa: RUF001 - phonemes look like other letters; that is their nature

import re
import subprocess

# espeak's American phonemes, then the spelling of the same sound that Kokoro was trained on. Order matters.
RESPELLED = (
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("oʊ", "O"), ("ɔɪ", "Y"),
    ("ɝ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("ɐ", "ə"), ("ɾ", "T"), ("ʔ", "t"), ("əl", "ᵊl"),
    ("jˈɛh", "jˈɛə"), ("ː", ""),
)  # fmt: skip
# espeak spells these out or clips them short.
HESITATIONS = {"mm-hm": "ˌəmhˈəm", "hmm": "hˈʌm", "uh": "ˈʌ", "um": "ˈʌm"}


def phonemes(text: str) -> str:
    """Text -> the model's phonemes, punctuation kept where it stood because it carries the melody."""
    pieces = re.split(rf"(\b(?:{'|'.join(HESITATIONS)})\b|[,.?!—…]+)", text, flags=re.IGNORECASE)
    spelled = (p if re.fullmatch(r"[,.?!—…]+", p) else _phonemes_of_words(p) for p in pieces if p.strip())
    return re.sub(r" ([,.?!—…])", r"\1", " ".join(spelled))


def _phonemes_of_words(words: str) -> str:
    if words.lower() in HESITATIONS:
        return HESITATIONS[words.lower()]
    command = ["espeak-ng", "-v", "en-us", "--ipa", "-q", words.strip()]
    ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spelled = " ".join(ipa.split())
    for old, new in RESPELLED:
        spelled = spelled.replace(old, new)
    return re.sub(r"(?<!\S)I", "ˌI", spelled)  # unstressed, the voices swallow the word "I"
