"""Promises of the second stage, kept by a real cross-encoder made on the spot."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sentence_transformers import CrossEncoder
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from retrieval.errors import EmbedderError
from retrieval.fusion import ranked
from retrieval.reranking import Reranker, load_reranker
from retrieval.search import open_serving, parse_query
from tests.builders import build, write_corpus
from tests.embedders import HashEmbedder

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [*SPECIAL, *"thôn chi bộ họp ở nhà văn hóa sân đình mỗi tháng một lần hai".split()]
PAPERS = {
    "a.txt": "Chi bộ thôn họp ở nhà văn hóa.",
    "b.txt": "Chi bộ thôn họp ở sân đình.",
    "c.txt": "Chi bộ thôn họp mỗi tháng một lần.",
    "d.txt": "Nghị quyết số 18-NQ/TW nói về chi bộ thôn họp.",
}
QUESTION = "Chi bộ thôn họp ở sân đình hai lần?"


def make_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Save a cross-encoder with random weights in `folder`."""
    torch.manual_seed(3)
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=2.0,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder on disk."""
    return make_cross_encoder(tmp_path_factory.mktemp("reranker") / "model")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the papers."""
    place = tmp_path_factory.mktemp("papers")
    build(write_corpus(place / "corpus", PAPERS), place / "data")
    return place / "data"


def cited(data: Path, reranker: Reranker | None, question: str = QUESTION) -> list[str]:
    """The passages of the answer, best first."""
    searcher, _ = open_serving(data, HashEmbedder(), reranker)
    fused = searcher.ranker.rank_many([parse_query(question)])[0].fused
    return [searcher.index.passages[hit.passage].text for hit in ranked(fused, len(fused))]


def test_the_order_is_that_of_the_cross_encoder(folder: Path, data: Path) -> None:
    """With a second stage the passages come in the order that its model gives them."""
    reranked = cited(data, load_reranker(str(folder)))
    model = CrossEncoder(str(folder), device="cpu")
    scores = model.predict([(QUESTION, text) for text in reranked])
    assert list(np.argsort(-np.asarray(scores))) == list(range(len(reranked)))
    assert sorted(reranked) == sorted(cited(data, None))


def test_without_the_setting_nothing_is_read_again(data: Path) -> None:
    """The second stage is off by default: the passage that has the words leads."""
    assert cited(data, None)[0] == PAPERS["b.txt"]


def test_an_exact_number_still_leads(folder: Path, data: Path) -> None:
    """No model overrules a document's number."""
    order = cited(data, load_reranker(str(folder)), "Nghị quyết 18 nói gì về chi bộ thôn họp?")
    assert order[0] == PAPERS["d.txt"]


def test_a_second_stage_that_fails_is_left_out(
    folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer in the first order is better than none."""
    reranker = load_reranker(str(folder))

    def fail(*_: object) -> None:
        raise EmbedderError("no memory")

    monkeypatch.setattr(reranker, "scores", fail)
    assert cited(data, reranker) == cited(data, None)


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    """A model with several scores a pair is refused when it is loaded."""
    with pytest.raises(EmbedderError, match="no reranker"):
        load_reranker(str(make_cross_encoder(tmp_path / "model", labels=3)))


def test_pickled_weights_of_a_reranker_are_refused(folder: Path, tmp_path: Path) -> None:
    """A cross-encoder whose weights could run code on loading is not loaded."""
    pickled = shutil.copytree(folder, tmp_path / "pickled")
    torch.save(load_file(pickled / "model.safetensors"), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    with pytest.raises(EmbedderError, match=r"model\.safetensors"):
        load_reranker(str(pickled))


@pytest.mark.parametrize("name", ["./nowhere", "nobody/nothing-at-all"])
def test_a_model_that_is_nowhere_is_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a missing folder nor a hub that does not answer goes unnoticed."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbedderError):
        load_reranker(name)
