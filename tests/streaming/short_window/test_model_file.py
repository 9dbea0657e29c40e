"""model.bin, read and written."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ModelMismatch
from streaming.short_window.model_file import ModelFile, Tensor, parse, render

PATH = Path("model.bin")

_SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)
_TYPES = st.sampled_from([np.float32, np.int8, np.int16, np.int32, np.float16, np.uint16])


def _tensor(shape: tuple[int, ...], dtype: type[np.generic]) -> Tensor:
    return np.arange(int(np.prod(shape)), dtype=np.int8).astype(dtype).reshape(shape)


_MODELS = st.builds(
    ModelFile,
    st.text(max_size=20),
    st.integers(0, 2**32 - 1),
    st.dictionaries(st.text(max_size=12), st.builds(_tensor, _SHAPES, _TYPES), max_size=4),
    st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=2).map(tuple),
)

SMALL = render(ModelFile("WhisperSpec", 3, {"a/bias": _tensor((3,), np.float16)}, (("b", "a/bias"),)))


@given(_MODELS)
def test_what_is_rendered_is_parsed_to_the_same(model: ModelFile) -> None:
    """Names, order, types, shapes and values all survive; CTranslate2 relies on each."""
    found = parse(render(model), PATH)
    assert (found.specification, found.revision, found.aliases) == (
        model.specification,
        model.revision,
        model.aliases,
    )
    assert list(found.tensors) == list(model.tensors)
    for name, tensor in model.tensors.items():
        assert found.tensors[name].dtype == tensor.dtype
        np.testing.assert_array_equal(found.tensors[name], tensor)


def test_the_bytes_are_as_ctranslate2_lays_them_out() -> None:
    """Version, zero-ended names after their length, rank, shape, type, size: fixed by another program."""
    assert SMALL == (
        b"\x06\0\0\0" + b"\x0c\0WhisperSpec\0" + b"\x03\0\0\0" + b"\x01\0\0\0"
        b"\x07\0a/bias\0" + b"\x01\x03\0\0\0" + b"\x04" + b"\x06\0\0\0" + b"\0\0\0\x3c\0\x40"
        b"\x01\0\0\0" + b"\x02\0b\0" + b"\x07\0a/bias\0"
    )


@given(st.integers(0, len(SMALL) - 1))
def test_a_file_cut_short_is_refused(size: int) -> None:
    """A download that broke off is told as what it is, wherever it broke off."""
    with pytest.raises(ModelMismatch, match=r"model\.bin"):
        parse(SMALL[:size], PATH)


def test_another_version_is_refused_by_its_number() -> None:
    """A later layout must not be read as this one."""
    with pytest.raises(ModelMismatch, match="version 7"):
        parse(b"\x07" + SMALL[1:], PATH)


def test_bytes_after_the_end_are_refused() -> None:
    """They mean that what came before was misread."""
    with pytest.raises(ModelMismatch, match="after its last field"):
        parse(SMALL + b"\0", PATH)


def test_an_unknown_type_of_tensor_is_refused() -> None:
    """CTranslate2 counts from float32 (0) to bfloat16 (5)."""
    at = SMALL.index(b"\x01\x03\0\0\0\x04") + 5
    with pytest.raises(ModelMismatch, match="type 6"):
        parse(SMALL[:at] + b"\x06" + SMALL[at + 1 :], PATH)


def test_bfloat16_is_read_as_its_bits() -> None:
    """numpy has no such type."""
    at = SMALL.index(b"\x01\x03\0\0\0\x04") + 5
    found = parse(SMALL[:at] + b"\x05" + SMALL[at + 1 :], PATH).tensors["a/bias"]
    assert found.dtype == np.uint16
