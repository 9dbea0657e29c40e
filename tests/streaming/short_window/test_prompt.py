"""The tokens that the decoder is started with."""

from types import SimpleNamespace
from typing import Any

import pytest

from streaming.short_window.prompt import prompt_of

IDS = {"<|startoftranscript|>": 1, "<|en|>": 2, "<|transcribe|>": 3, "<|notimestamps|>": 4}


@pytest.mark.parametrize("is_multilingual, prompt", [(False, (1, 4)), (True, (1, 2, 3, 4))])
def test_a_multilingual_model_is_told_language_and_task(is_multilingual: bool, prompt: tuple[int, ...]) -> None:
    """An English one has no tokens for them; neither writes timestamps."""
    model: Any = SimpleNamespace(
        hf_tokenizer=SimpleNamespace(token_to_id=IDS.__getitem__),
        model=SimpleNamespace(is_multilingual=is_multilingual),
    )
    assert prompt_of(model) == prompt
