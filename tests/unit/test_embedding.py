"""Promises of the embedder, kept by real models small enough to be made on the spot."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from retrieval.embedding import Embedder, SentenceTransformerEmbedder, load_embedder
from retrieval.errors import EmbedderError

if TYPE_CHECKING:
    from retrieval.embedding import Embeddings

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_WORDS = [*_SPECIAL, *"query passage : đề án hà nội hòa thôn chi bộ là gì".split()]
TEXTS = ["đề án", "hà nội là gì", "chi bộ thôn", "", "xyz"]


def make_model(folder: Path, prompts: dict[str, str] | None = None, seed: int = 0) -> Path:
    """Save a sentence-transformers model of 32 dimensions with random weights in `folder`."""
    torch.manual_seed(seed)
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(_WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    config = BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    bare = folder.with_name(f"{folder.name}.bare")
    BertModel(config).save_pretrained(bare)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(bare)
    modules = [Transformer(str(bare)), Pooling(32, "mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder))
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model without prompts."""
    return make_model(tmp_path_factory.mktemp("plain") / "model")


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that declares its prompts."""
    prompts = {"query": "query: ", "document": "passage: "}
    return make_model(tmp_path_factory.mktemp("prompted") / "model", prompts)


def encode(folder: Path, texts: Sequence[str]) -> "Embeddings":
    """What the library itself makes of `texts`, without any prompt."""
    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(list(texts), prompt=""), dtype=np.float32)


def test_rows_are_unit_float32_of_the_stated_dimension(plain: Path) -> None:
    """A model gives one float32 unit row per text, in order, as the library computes it."""
    embedder = load_embedder(str(plain))
    assert embedder.dimension == 32
    for rows in (embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)):
        assert (rows.dtype.name, rows.shape) == ("float32", (5, 32))
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
        assert rows == pytest.approx(encode(plain, TEXTS), abs=1e-6)
    assert embedder.embed_queries([]).shape == (0, 32)
    assert embedder.embed_passages([]).shape == (0, 32)


def test_tone_placement_does_not_change_a_vector(plain: Path) -> None:
    """Text reaches the model in one spelling, the one that its vocabulary is written in."""
    rows = load_embedder(str(plain)).embed_queries(["hoà", "hòa", "xyz"])
    assert np.array_equal(rows[0], rows[1])
    assert not np.allclose(rows[0], rows[2], atol=1e-3)


def test_declared_prompts_reach_the_model(prompted: Path) -> None:
    """Questions and passages are embedded behind the prompts that the model declares."""
    embedder = load_embedder(str(prompted))
    queries, passages = embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)
    assert queries == pytest.approx(encode(prompted, [f"query: {t}" for t in TEXTS]), abs=1e-6)
    assert passages == pytest.approx(encode(prompted, [f"passage: {t}" for t in TEXTS]), abs=1e-6)
    assert np.abs(queries - passages).max(axis=1).min() > 1e-3


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("e5-base", "query: ", "passage: "),
        (
            "multilingual-e5-large-instruct",
            "Instruct: Given a question, retrieve passages that answer it\nQuery: ",
            "",
        ),
        ("some-model", "", ""),
    ],
)
def test_known_families_are_prompted_as_their_cards_say(
    plain: Path, tmp_path: Path, name: str, query: str, passage: str
) -> None:
    """A model that declares no prompts gets those of its family, told by its name."""
    folder = shutil.copytree(plain, tmp_path / name)
    embedder = load_embedder(str(folder))
    asked = encode(folder, [f"{query}đề án"])
    assert embedder.embed_queries(["đề án"]) == pytest.approx(asked, abs=1e-6)
    kept = encode(folder, [f"{passage}đề án"])
    assert embedder.embed_passages(["đề án"]) == pytest.approx(kept, abs=1e-6)


def test_identity_follows_what_decides_the_vectors(
    plain: Path, prompted: Path, tmp_path: Path
) -> None:
    """Two folders have one identity just when their vectors cannot differ."""
    identity = load_embedder(str(plain)).identity
    same = shutil.copytree(plain, tmp_path / "same")
    (same / "README.md").write_text("another card", encoding="utf-8")
    assert load_embedder(str(same)).identity == identity
    other = make_model(tmp_path / "other", seed=1)
    assert len({identity, load_embedder(str(other)).identity}) == 2
    assert load_embedder(str(prompted)).identity != identity


def test_progress_counts_the_passages_that_are_done(plain: Path) -> None:
    """A long batch reports how far it is, up to all of it."""
    done: list[int] = []
    rows = load_embedder(str(plain)).embed_passages(["thôn"] * 1_025, done.append)
    assert done == [1_024, 1_025]
    assert np.allclose(rows, rows[0], atol=1e-6)


def test_loading_writes_nothing_to_the_terminal(
    plain: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A bot's log has no progress bars in it."""
    load_embedder(str(plain)).embed_queries(["thôn"])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["khong-co-mo-hinh", "/khong/co", "nobody/nothing"])
def test_absent_model_is_an_embedder_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is nowhere to be found is named in the error."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EmbedderError, match=f"model {name} (is not a folder|cannot be fetched)"):
        load_embedder(name)


def test_folder_without_a_model_is_an_embedder_error(tmp_path: Path) -> None:
    """A folder that holds something else is refused."""
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        load_embedder(str(tmp_path))


def test_pickled_weights_are_refused(plain: Path, tmp_path: Path) -> None:
    """Weights that could run code on loading are not loaded."""
    folder = shutil.copytree(plain, tmp_path / "pickled")
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(EmbedderError, match=r"model\.safetensors"):
        load_embedder(str(folder))


def test_code_beside_a_model_is_not_run(plain: Path, tmp_path: Path) -> None:
    """Code that a model brings along, for itself or for a part of it, does not run on loading."""
    ran = tmp_path / "ran"
    for place in ("config", "modules"):
        folder = shutil.copytree(plain, tmp_path / place)
        (folder / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
        path = folder / f"{place}.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        if place == "config":
            told |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}
        else:
            told[-1]["type"] = "own.Own"
        path.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(EmbedderError, match="cannot be loaded"):
            load_embedder(str(folder))
    assert not ran.exists()


def test_broken_weights_are_an_embedder_error(plain: Path, tmp_path: Path) -> None:
    """A model whose vectors are not numbers is an error, not a ranking."""
    folder = shutil.copytree(plain, tmp_path / "broken")
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: torch.full_like(tensor, torch.nan) for name, tensor in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    with pytest.raises(EmbedderError, match="not a number"):
        load_embedder(str(folder)).embed_queries(["thôn"])


class FixedModel:
    """A model of three dimensions that gives the same rows, or the same error, for any text."""

    def __init__(self, rows: "Embeddings | Exception", dimension: int | None = 3) -> None:
        self.prompts: dict[str, str | None] = {}
        self._rows = rows
        self._dimension = dimension

    def get_embedding_dimension(self) -> int | None:
        """As told."""
        return self._dimension

    def encode(self, texts: list[str], **options: Any) -> "Embeddings":
        """Gives or raises what it was made with."""
        if isinstance(self._rows, Exception):
            raise self._rows
        return self._rows


def embedder_of(model: FixedModel) -> Embedder:
    """The product's embedder around `model`."""
    return SentenceTransformerEmbedder(cast(SentenceTransformer, model), "fixed", "fixed:1")


def test_rows_are_brought_to_unit_length() -> None:
    """A model that does not normalise is normalised; a text without direction stays 0."""
    rows = np.array([[3.0, 0.0, 4.0], [0.0, 0.0, 0.0]], dtype=np.float32)
    given = embedder_of(FixedModel(rows)).embed_queries(["a", "b"])
    assert given == pytest.approx(np.array([[0.6, 0.0, 0.8], [0.0, 0.0, 0.0]]), abs=1e-7)


class SpellingModel(FixedModel):
    """Gives each text a row of its own, and remembers which texts it was asked for."""

    def __init__(self) -> None:
        super().__init__(np.empty((0, 3), dtype=np.float32))
        self.encoded: list[str] = []

    def encode(self, texts: list[str], **options: Any) -> "Embeddings":
        """A row by the letters."""
        self.encoded += texts
        return np.array([[len(text), ord(text[-1]), 1.0] for text in texts], dtype=np.float32)


def test_a_question_that_comes_again_is_remembered() -> None:
    """The last questions cost the model nothing, in any order; old ones are forgotten."""
    model = SpellingModel()
    embedder = embedder_of(model)
    first = embedder.embed_queries(["a", "b"])
    again = embedder.embed_queries(["b", "c", "a", "b"])
    assert model.encoded == ["a", "b", "c"]
    assert (again[[2, 0, 3]] == first[[0, 1, 1]]).all()
    for number in range(600):
        embedder.embed_queries([f"câu {number}"])
    assert (embedder.embed_queries(["a"]) == first[:1]).all()
    assert model.encoded[-1] == "a"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((1, 2), dtype=np.float32), r"gave \(1, 2\), expected \(1, 3\)"),
        (np.zeros((2, 3), dtype=np.float32), r"gave \(2, 3\), expected \(1, 3\)"),
        (np.full((1, 3), np.inf, dtype=np.float32), "not a number"),
        (RuntimeError("out of memory"), "model fixed failed: out of memory"),
    ],
)
def test_model_that_misbehaves_is_an_embedder_error(
    rows: "Embeddings | Exception", message: str
) -> None:
    """Whatever goes wrong inside a model comes out as an EmbedderError."""
    with pytest.raises(EmbedderError, match=message):
        embedder_of(FixedModel(rows)).embed_queries(["a"])


def test_model_that_does_not_know_its_dimension_is_refused() -> None:
    """Without a dimension no index can be made."""
    with pytest.raises(EmbedderError, match="how long its vectors are"):
        embedder_of(FixedModel(RuntimeError("never asked"), dimension=None))


def test_a_cached_hub_model_is_loaded_without_the_network(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that the hub's cache holds is loaded from there; an office offline keeps working."""
    snapshot = tmp_path / "hub" / "models--cong-ty--mo-hinh" / "snapshots" / ("0" * 40)
    shutil.copytree(plain, snapshot)
    refs = snapshot.parents[1] / "refs"
    refs.mkdir()
    (refs / "main").write_text("0" * 40, encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("transformers.utils.hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    embedder = load_embedder("cong-ty/mo-hinh")
    assert embedder.identity == "hub:cong-ty/mo-hinh"
    texts = ["Đề án 06", "tổ dân phố"]
    expected = load_embedder(str(plain)).embed_passages(texts)
    np.testing.assert_array_equal(embedder.embed_passages(texts), expected)
