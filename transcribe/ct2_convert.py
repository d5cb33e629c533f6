"""A Whisper checkpoint of OpenAI's format written as the folder that CTranslate2, and so faster-whisper, reads."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from transcribe.errors import N_, ModelError
from transcribe.faster_engine import NOT_INSTALLED
from transcribe.whisper_engine import load_whisper, tokenizer_of

TAKEN = N_("The folder {folder} is already there and not empty. Name another one.")
NOT_WRITTEN = N_("The model cannot be written to {folder}: {reason}.")

#: How numbers may be stored: smaller files load faster; what they are computed with is chosen at loading.
PRECISIONS = ("float32", "float16", "int8")


def convert(name: str, folder: Path, *, models: Path | None = None, precision: str = "float32") -> None:
    """Write the Whisper model ``name`` (see ``load_whisper``) as a CTranslate2 folder at ``folder``.

    ``precision`` is one of ``PRECISIONS``. Raises ``ModelError`` when the model cannot be loaded, a package is missing
    or ``folder`` holds something already.
    """
    try:
        from ctranslate2.converters import Converter  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(NOT_INSTALLED, name=str(error.name)) from error
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError(TAKEN, folder=str(folder))
    network = load_whisper(name, folder=models).network

    class FromCheckpoint(Converter):  # type: ignore[misc]  # ctranslate2 is not read by mypy
        """Hands a filled specification to CTranslate2's own writer."""

        def _load(self) -> Any:
            return _specification(network)

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Written beside its place and moved there whole, so that nobody finds half a model.
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "model"
            FromCheckpoint().convert(str(made), quantization=precision)
            _write_tokenizer(made / "tokenizer.json", tokenizer=tokenizer_of(network, language="en"))
            mel = {"feature_size": network.dims.n_mels, "sampling_rate": 16_000, "hop_length": 160, "n_fft": 400}
            (made / "preprocessor_config.json").write_text(json.dumps(mel | {"chunk_length": 30}), encoding="utf-8")
            if folder.exists():
                folder.rmdir()
            shutil.move(made, folder)
    except OSError as error:
        raise ModelError(NOT_WRITTEN, folder=str(folder), reason=error.strerror or str(error)) from error


def _specification(network: Any) -> Any:
    from ctranslate2.specs import whisper_spec  # noqa: PLC0415

    dims = network.dims
    spec = whisper_spec.WhisperSpec(dims.n_audio_layer, dims.n_audio_head, dims.n_text_layer, dims.n_text_head)
    weights = {name: value.detach().float().cpu().numpy() for name, value in network.state_dict().items()}
    for name in ("conv1", "conv2"):
        _plain(getattr(spec.encoder, name), weights, f"encoder.{name}")
    spec.encoder.position_encodings.encodings = weights["encoder.positional_embedding"]
    _norm(spec.encoder.layer_norm, weights, "encoder.ln_post")
    spec.decoder.embeddings.weight = weights["decoder.token_embedding.weight"]
    spec.decoder.projection.weight = weights["decoder.token_embedding.weight"]
    spec.decoder.position_encodings.encodings = weights["decoder.positional_embedding"]
    _norm(spec.decoder.layer_norm, weights, "decoder.ln")
    for part, layers in (("encoder", spec.encoder.layer), ("decoder", spec.decoder.layer)):
        for place, layer in enumerate(layers):
            _block(layer, weights, f"{part}.blocks.{place}", crossed=part == "decoder")
    tokenizer = tokenizer_of(network, language="en")
    spec.register_vocabulary(_vocabulary(tokenizer, size=dims.n_vocab))
    spec.config.suppress_ids = [
        *tokenizer.non_speech_tokens, tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev,
        tokenizer.sot_lm, tokenizer.no_speech,
    ]  # fmt: skip
    spec.config.suppress_ids_begin = [*tokenizer.encode(" "), tokenizer.eot]
    spec.config.alignment_heads = network.alignment_heads.indices().T.tolist()
    spec.config.lang_ids = sorted(tokenizer.all_language_tokens)
    return spec


def _block(layer: Any, weights: dict[str, Any], name: str, *, crossed: bool) -> None:
    _attention(layer.self_attention, weights, f"{name}.attn", fused=("query", "key", "value"))
    _norm(layer.self_attention.layer_norm, weights, f"{name}.attn_ln")
    if crossed:
        _attention(layer.attention, weights, f"{name}.cross_attn", fused=("key", "value"), alone="query")
        _norm(layer.attention.layer_norm, weights, f"{name}.cross_attn_ln")
    _plain(layer.ffn.linear_0, weights, f"{name}.mlp.0")
    _plain(layer.ffn.linear_1, weights, f"{name}.mlp.2")
    _norm(layer.ffn.layer_norm, weights, f"{name}.mlp_ln")


def _attention(spec: Any, weights: dict[str, Any], name: str, *, fused: tuple[str, ...], alone: str = "") -> None:
    import numpy as np  # noqa: PLC0415 - beside the library that wants it

    if alone:
        _plain(spec.linear[0], weights, f"{name}.{alone}")
    place = 1 if alone else 0
    spec.linear[place].weight = np.concatenate([weights[f"{name}.{part}.weight"] for part in fused])
    # Whisper's keys have no bias.
    width = len(weights[f"{name}.key.weight"])
    nothing = np.zeros(width, np.float32)
    spec.linear[place].bias = np.concatenate([weights.get(f"{name}.{part}.bias", nothing) for part in fused])
    _plain(spec.linear[-1], weights, f"{name}.out")


def _plain(spec: Any, weights: dict[str, Any], name: str) -> None:
    spec.weight, spec.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _norm(spec: Any, weights: dict[str, Any], name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _vocabulary(tokenizer: Any, *, size: int) -> list[str]:
    """Every token as it is written, in the order of ids; ids that whisper's own table lacks are filled up."""
    ranks, letters = tokenizer.encoding._mergeable_ranks, _letters()  # noqa: SLF001 - the only place of the table
    table = {rank: "".join(letters[byte] for byte in token) for token, rank in ranks.items()}
    table |= {rank: text for text, rank in tokenizer.special_tokens.items()}
    return [table.get(rank, f"<|unused {rank}|>") for rank in range(size)]


def _write_tokenizer(path: Path, *, tokenizer: Any) -> None:
    """Write whisper's byte pairs in the form of the ``tokenizers`` package."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers  # noqa: PLC0415

    ranks: dict[bytes, int] = tokenizer.encoding._mergeable_ranks  # noqa: SLF001 - the only place of the table
    letters = _letters()

    def written(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    merges = [
        (written(left), written(right))
        for token, _ in sorted(ranks.items(), key=lambda item: item[1])
        if len(token) > 1
        for left, right in [_halves(token, ranks)]
    ]
    made = Tokenizer(models.BPE(vocab={written(token): rank for token, rank in ranks.items()}, merges=merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    specials = sorted(tokenizer.special_tokens.items(), key=lambda item: item[1])
    first_stamp = tokenizer.timestamp_begin
    made.add_special_tokens([AddedToken(text, special=True) for text, rank in specials if rank < first_stamp])
    made.add_tokens([AddedToken(text) for text, rank in specials if rank >= first_stamp])
    made.save(str(path))


def _halves(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens that ``token`` was merged from: merge its bytes, earliest pair first, until two are left."""
    parts = [token[place : place + 1] for place in range(len(token))]
    while len(parts) > 2:
        known = [ranks.get(parts[place] + parts[place + 1], len(ranks)) for place in range(len(parts) - 1)]
        place = known.index(min(known))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts[0], parts[1]


def _letters() -> dict[int, str]:
    """A visible letter for every byte: its own where it has one, else the next one from U+0100 on (GPT-2's table)."""
    own = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in own]
    return {byte: chr(byte) for byte in own} | {byte: chr(256 + place) for place, byte in enumerate(others)}
