"""Questions without torch: the short cut gives what sentence-transformers gives."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from torch import nn

from retrieval.embedding import BUNDLED_MODEL, TokenVectorEmbedder, load_embedder
from retrieval.errors import EmbedderError
from retrieval.text import normalise_spelling
from retrieval.token_vectors import is_token_vectors

TEXTS = [
    "Đề án 06 là gì?",
    "de an 06 la gi",
    "What is Project 06?",
    "hoà bình, độc lập, tự do " * 300,
    "một",
    "",
    "!?…",
    "完全に別の言語",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of a few whole words with float32 rows, as the library itself saves one."""
    vocabulary = {word: number for number, word in enumerate(["[UNK]", "đề", "án", "là", "gì"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    rows = np.random.default_rng(1).normal(size=(len(vocabulary), 8)).astype(np.float32)
    modules: list[nn.Module] = [StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(tmp_path / "model"))
    return tmp_path / "model"


def test_bundled_questions_are_encoded_as_sentence_transformers_does() -> None:
    """The bundled model gives the same vectors with numpy as with torch, to rounding."""
    model = SentenceTransformer(str(BUNDLED_MODEL), device="cpu")
    expected = np.asarray(model.encode([normalise_spelling(text) for text in TEXTS]))
    given = load_embedder().embed_queries(TEXTS)
    known = np.linalg.norm(given, axis=1) > 0
    assert known.sum() >= 5
    np.testing.assert_allclose(given[known], expected[known], atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(given[known], axis=1), 1, atol=1e-6)


def test_questions_and_passages_share_one_space(folder: Path) -> None:
    """The same text has the same vector whether it is asked (numpy) or indexed (torch)."""
    embedder = load_embedder(str(folder))
    assert isinstance(embedder, TokenVectorEmbedder)
    texts = ["Đề án là gì", "án án đề", "xa lạ"]
    np.testing.assert_allclose(
        embedder.embed_queries(texts), embedder.embed_passages(texts), atol=1e-6
    )
    assert embedder.dimension == 8


def test_a_prompted_model_takes_the_long_way(folder: Path) -> None:
    """A model with a prompt is left to sentence-transformers, which knows how to apply it."""
    assert is_token_vectors(folder)
    config = folder / "config_sentence_transformers.json"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"query": ""', '"query": "query: "'), encoding="utf-8")
    assert not is_token_vectors(folder)


def test_broken_weights_are_named(folder: Path) -> None:
    """Weights cut short are an EmbedderError that names the folder, not a crash."""
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        load_embedder(str(folder))


def test_a_question_never_waits_for_torch() -> None:
    """Loading the bundled model and encoding a question imports neither torch nor its company."""
    script = (
        "import sys; from retrieval.embedding import load_embedder; "
        "load_embedder().embed_queries(['Đề án 06 là gì?']); "
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') "
        "if name in sys.modules])"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
