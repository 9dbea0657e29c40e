"""What was learnt is rounded by little, and read back as what was kept."""

import numpy as np

from detectors.meaning.lesson import DOWN, STEPS, UP
from tests.bench.rounded import as_kept, as_read


def test_what_is_kept_is_read_back_as_its_product() -> None:
    """A pair may come back scaled otherwise; what it adds is that of the whole numbers, and near what was learnt."""
    chance = np.random.default_rng(1)
    learnt = {
        f"a{DOWN}": chance.normal(size=(6, 3)).astype(np.float32),
        f"a{UP}": chance.normal(size=(3, 4)).astype(np.float32),
        "a.bias": chance.normal(size=4).astype(np.float32),
    }
    kept = as_kept(learnt)
    assert {name: value.dtype for name, value in kept.items()} == {
        f"a{DOWN}": np.int8,
        f"a{UP}": np.int8,
        f"a{STEPS}": np.float32,
        "a.bias": np.float16,
    }
    read = as_read(kept)
    assert read.keys() == learnt.keys()
    adds = (kept[f"a{DOWN}"] * kept[f"a{STEPS}"]) @ kept[f"a{UP}"].astype(np.float64)
    assert np.allclose(read[f"a{DOWN}"] @ read[f"a{UP}"], adds, atol=1e-5)
    assert np.allclose(adds, learnt[f"a{DOWN}"] @ learnt[f"a{UP}"], atol=0.1)
    assert np.allclose(read["a.bias"], learnt["a.bias"], atol=1e-2)
