"""The shapes of Whisper's official models, and what follows from them: parameters, file sizes and arithmetic."""

from dataclasses import dataclass

#: Frames that the encoder makes of a window of 30 s, and the tokens that the decoder can hold.
FRAMES, CONTEXT = 1_500, 448
#: The checkpoints hold each parameter in half precision.
BYTES_A_PARAMETER = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """One network: ``width`` of its layers, how many there are, and what goes in and out."""

    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    mels: int = 80
    vocabulary: int = 51_865

    @property
    def parameters(self) -> int:
        """How many numbers the network holds, fixed positions of the encoder included."""
        width = self.width
        encoder = 3 * self.mels * width + 3 * width * width + FRAMES * width
        encoder += self.encoder_layers * (12 * width * width + 12 * width)
        decoder = (self.vocabulary + CONTEXT) * width
        decoder += self.decoder_layers * (16 * width * width + 17 * width)
        return encoder + decoder

    @property
    def file_bytes(self) -> int:
        """About how large the official checkpoint is."""
        return BYTES_A_PARAMETER * self.parameters

    @property
    def encoder_operations(self) -> int:
        """Multiplications and additions of the encoder for one window, with those the decoder does once for it."""
        width = self.width
        layer = 2 * FRAMES * 12 * width * width + 4 * FRAMES * FRAMES * width
        start = 2 * 2 * FRAMES * 3 * self.mels * width + 2 * FRAMES * 3 * width * width
        once = self.decoder_layers * 2 * FRAMES * 2 * width * width
        return start + self.encoder_layers * layer + once

    @property
    def token_operations(self) -> int:
        """Multiplications and additions of the decoder for one more token of one window."""
        width = self.width
        return self.decoder_layers * (28 * width * width + 4 * FRAMES * width) + 2 * self.vocabulary * width


_LARGE = Shape(1_280, 20, 32, 32)
#: Every official model by the name of its file, smallest first.
SHAPES: dict[str, Shape] = {
    "tiny": Shape(384, 6, 4, 4),
    "tiny.en": Shape(384, 6, 4, 4, vocabulary=51_864),
    "base": Shape(512, 8, 6, 6),
    "base.en": Shape(512, 8, 6, 6, vocabulary=51_864),
    "small": Shape(768, 12, 12, 12),
    "small.en": Shape(768, 12, 12, 12, vocabulary=51_864),
    "medium": Shape(1_024, 16, 24, 24),
    "medium.en": Shape(1_024, 16, 24, 24, vocabulary=51_864),
    "large-v3-turbo": Shape(1_280, 20, 32, 4, mels=128, vocabulary=51_866),
    "large-v1": _LARGE,
    "large-v2": _LARGE,
    "large-v3": Shape(1_280, 20, 32, 32, mels=128, vocabulary=51_866),
}
#: Names that stand for another one's file.
ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def held_bytes(width: int) -> int:
    """Bytes of the keys and values that a decoder of official depth for ``width`` holds of one window, in float32."""
    near = min((shape.width for shape in SHAPES.values() if shape.width >= width), default=_LARGE.width)
    layers = max(shape.decoder_layers for shape in SHAPES.values() if shape.width == near)
    return 2 * layers * FRAMES * width * 4


def file_name(name: str) -> str | None:
    """The file of an official model, ``turbo`` being ``large-v3-turbo.pt``; nothing for any other name."""
    plain = ALIASES.get(name, name)
    return f"{plain}.pt" if plain in SHAPES else None
