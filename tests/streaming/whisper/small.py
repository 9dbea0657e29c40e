"""A Whisper of two layers with made-up weights."""

import json
from pathlib import Path

import numpy as np

from streaming.short_window.model_file import ModelFile, Tensor, render

WIDTH, BANDS, TOKENS, LAYERS = 128, 8, 40, 2


def weights() -> dict[str, Tensor]:
    """By CTranslate2's names, float16 as its converter leaves them."""
    rng = np.random.default_rng(0)

    def some(*shape: int) -> Tensor:
        return np.asarray(rng.normal(0, shape[-1] ** -0.5, shape).astype(np.float16))

    def linear(name: str, out: int, inner: int = WIDTH) -> dict[str, Tensor]:
        return {f"{name}/weight": some(out, inner), f"{name}/bias": some(out)}

    def norm(name: str) -> dict[str, Tensor]:
        return {f"{name}/layer_norm/gamma": 1 + some(WIDTH), f"{name}/layer_norm/beta": some(WIDTH)}

    found = {
        "encoder/conv1/weight": some(WIDTH, BANDS, 3),
        "encoder/conv1/bias": some(WIDTH),
        "encoder/conv2/weight": some(WIDTH, WIDTH, 3),
        "encoder/conv2/bias": some(WIDTH),
        "decoder/embeddings/weight": some(TOKENS, WIDTH),
    }
    for side, places in (("encoder", 1_500), ("decoder", 448)):
        found |= {f"{side}/position_encodings/encodings": some(places, WIDTH), **norm(side)}
        found[f"{side}/num_heads"] = np.array(WIDTH // 64, np.int16)
        for layer in range(LAYERS):
            at = f"{side}/layer_{layer}"
            found |= norm(f"{at}/self_attention") | norm(f"{at}/ffn")
            found |= linear(f"{at}/self_attention/linear_0", 3 * WIDTH) | linear(f"{at}/self_attention/linear_1", WIDTH)
            found |= linear(f"{at}/ffn/linear_0", 4 * WIDTH) | linear(f"{at}/ffn/linear_1", WIDTH, 4 * WIDTH)
    for layer in range(LAYERS):
        at = f"decoder/layer_{layer}/attention"
        found |= norm(at) | linear(f"{at}/linear_0", WIDTH)
        found |= linear(f"{at}/linear_1", 2 * WIDTH) | linear(f"{at}/linear_2", WIDTH)
    return found


def folder_of(
    tensors: dict[str, Tensor],
    folder: Path,
    config: object = None,
    aliases: tuple[tuple[str, str], ...] = (),
    specification: str = "WhisperSpec",
) -> Path:
    """A model's folder with these tensors."""
    folder.mkdir()
    (folder / "model.bin").write_bytes(render(ModelFile(specification, 3, tensors, aliases)))
    (folder / "config.json").write_text(json.dumps(config or {}))
    return folder
