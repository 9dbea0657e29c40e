"""The tokens that Whisper's decoder is started with."""

from faster_whisper import WhisperModel


def prompt_of(model: WhisperModel) -> tuple[int, ...]:
    """Start of transcript (and English and the task, in a multilingual model), without timestamps."""
    tokenizer = model.hf_tokenizer
    names = ["<|startoftranscript|>", "<|notimestamps|>"]
    if model.model.is_multilingual:
        names[1:1] = ["<|en|>", "<|transcribe|>"]
    return tuple(int(tokenizer.token_to_id(name)) for name in names)
