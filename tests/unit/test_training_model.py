"""How vectors are trained, stored and measured."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from retrieval.training.data import Corpus
from retrieval.training.evaluate import Task, VectorModel, ndcg
from retrieval.training.export import export, quantise
from retrieval.training.loss import contrast, repeats
from retrieval.training.sampling import Batch, Mixture, Sampler
from retrieval.training.surface import strip_accents
from retrieval.training.tokenizer import TokenizerSize, build_tokenizer, collocations, count_words
from retrieval.training.tokens import Tokens, cut
from retrieval.training.train import State, TrainSettings, initial_vectors, rate_at, train

NOUNS = ("lúa", "cá", "chè", "mía", "ngô", "cà phê", "bò", "gà", "vịt", "tôm", "muối", "gạo")
PLACES = ("làng", "xã", "huyện", "tỉnh", "phố", "chợ", "cảng", "đảo")
SETTINGS = TrainSettings(
    dimension=16, steps=2, rate=0.05, warmup=0.0, rarity=1.0, checkpoint_steps=1, seed=3
)


@pytest.fixture(scope="module")
def toy() -> tuple[Corpus, Sampler, VectorModel]:
    """A made-up corpus of headings and paragraphs, its sampler and an untrained model."""
    texts: list[str] = []
    for noun in NOUNS:
        for place in PLACES:
            texts.append(f"Nghề {noun} ở {place}")
            texts.append(f"Người dân {place} này trồng, nuôi hoặc bán {noun} từ lâu, hệ thống tốt.")
    rows = np.arange(len(texts), dtype=np.int32).reshape(-1, 2)
    spans = np.stack([rows[:, 1], rows[:, 1]], axis=1)
    languages = np.zeros(len(texts), np.uint8)
    corpus = Corpus(texts, {"heading-wiki": rows, "span-wiki": spans}, languages)
    bare = [strip_accents(text) for text in texts]
    tokenizer = build_tokenizer(texts, bare, ["sentence number one"], TokenizerSize(300, 20, 20))
    tokens, bare_tokens = Tokens.encode(tokenizer, texts), Tokens.encode(tokenizer, bare)
    mixture = Mixture({"heading-wiki": 1.0, "span-wiki": 1.0}, batch=48)
    asked = [Tokens.encode(tokenizer, ["là gì"]).ids], [Tokens.encode(tokenizer, ["what"]).ids]
    sampler = Sampler(corpus, tokens, bare_tokens, asked, mixture, seed=3)
    counts = np.bincount(tokens.ids, minlength=tokenizer.get_vocab_size())
    return corpus, sampler, VectorModel(tokenizer, initial_vectors(counts, SETTINGS))


def _start(model: VectorModel) -> State:
    return State.fresh(model.vectors.clone(), SETTINGS)


def test_two_steps_lower_the_loss(toy: tuple[Corpus, Sampler, VectorModel], tmp_path: Path) -> None:
    """Training twice on one batch makes its loss smaller."""
    _, sampler, model = toy
    losses = train(_start(model), lambda _: sampler.draw(0), SETTINGS, tmp_path / "c.safetensors")
    assert len(losses) == 2
    assert losses[1] < losses[0]


def test_a_killed_run_continues_to_the_same_vectors(
    toy: tuple[Corpus, Sampler, VectorModel], tmp_path: Path
) -> None:
    """Stopping after one step and resuming gives what an uninterrupted run gives."""
    _, sampler, model = toy
    whole = _start(model)
    train(whole, sampler.draw, SETTINGS, tmp_path / "whole.safetensors")
    stopped = _start(model)

    def draw_one(step: int) -> Batch:
        if step == 1:
            raise KeyboardInterrupt
        return sampler.draw(step)

    with pytest.raises(KeyboardInterrupt):
        train(stopped, draw_one, SETTINGS, tmp_path / "stopped.safetensors")
    resumed = State.resume(tmp_path / "stopped.safetensors", SETTINGS)
    assert resumed.step == 1
    train(resumed, sampler.draw, SETTINGS, tmp_path / "stopped.safetensors")
    assert torch.allclose(resumed.vectors, whole.vectors, atol=1e-6)
    assert not list(tmp_path.glob("*.partial"))


def test_the_same_step_draws_the_same_batch(toy: tuple[Corpus, Sampler, VectorModel]) -> None:
    """Batches depend on seed and step alone, which is what makes resuming exact."""
    _, sampler, _ = toy
    first, again, other = sampler.draw(4), sampler.draw(4), sampler.draw(5)
    assert first.queries.ids.tolist() == again.queries.ids.tolist()
    assert first.passages.ids.tolist() == again.passages.ids.tolist()
    assert first.queries.ids.tolist() != other.queries.ids.tolist()


def test_export_then_load_gives_the_trained_vectors(
    toy: tuple[Corpus, Sampler, VectorModel], tmp_path: Path
) -> None:
    """A written folder loads in sentence-transformers as unit float32 rows close to ours."""
    corpus, _, model = toy
    export(model.tokenizer, model.vectors, tmp_path / "model")
    loaded = SentenceTransformer(str(tmp_path / "model"), device="cpu", local_files_only=True)
    rows = loaded.encode(corpus.texts)
    assert rows.dtype == np.float32
    assert rows.shape == (len(corpus.texts), 16)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert (rows * model.encode(corpus.texts)).sum(axis=1).min() > 0.999
    assert not list((tmp_path / "model").rglob("*.bin"))


def test_rounding_stays_within_half_a_level() -> None:
    """Eight-bit rows times their factor differ from the vectors by half a level at most."""
    vectors = np.random.default_rng(1).standard_normal((5, 8)).astype(np.float32)
    vectors[2] = 0.0
    rows, factors = quantise(vectors)
    assert (np.abs(rows * factors[:, None] - vectors) <= factors[:, None] * 0.5001).all()
    assert not rows[2].any()


def test_collocations_become_one_token(toy: tuple[Corpus, Sampler, VectorModel]) -> None:
    """A frequent two-syllable word is one token, in any case and spelling of its letters."""
    tokenizer = toy[2].tokenizer
    for text in ("Hệ thống", "hệ  thống", "HỆ THỐNG", "Hê\u0323 thô\u0301ng"):
        assert tokenizer.encode(text).tokens == ["▁hệ▁thống"]
    assert tokenizer.encode("he thong").tokens == ["▁he▁thong"]
    assert "▁hệ▁thống" not in tokenizer.encode("hệ, thống").tokens


def test_neighbours_without_a_bond_stay_apart() -> None:
    """Two frequent words that merely meet are no collocation."""
    texts = ["hệ thống của các ông"] * 20 + ["của bà", "các em", "của tôi", "các anh"] * 100
    chosen = dict(collocations(*count_words(texts), 10))
    assert "▁hệ▁thống" in chosen
    assert "▁của▁các" not in chosen


def test_contrast_is_the_symmetric_cross_entropy() -> None:
    """Loss and gradients match autograd's own within bfloat16 rounding, masked pairs left out."""
    generator = torch.Generator().manual_seed(5)
    raw = torch.randn(2, 12, 8, generator=generator)
    ours = torch.nn.functional.normalize(raw, dim=2).requires_grad_()
    theirs = ours.detach().clone().requires_grad_()
    masked = torch.tensor([[0, 3], [3, 0]])
    loss = contrast(ours[0], ours[1], 10.0, masked)
    loss.backward()  # type: ignore[no-untyped-call]
    scores = 10.0 * theirs[0] @ theirs[1].T
    scores = scores.masked_fill(
        torch.zeros(12, 12).index_put((masked[0], masked[1]), torch.ones(2)).bool(), -1e9
    )
    wanted = torch.arange(12)
    entropy = torch.nn.functional.cross_entropy
    expected = 0.5 * (entropy(scores, wanted) + entropy(scores.T, wanted))
    expected.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), abs=0.03)
    assert ours.grad is not None
    assert theirs.grad is not None
    assert torch.allclose(ours.grad, theirs.grad, atol=0.02)


def test_repeated_texts_are_no_negatives_of_each_other() -> None:
    """Every ordered pair of places that hold one text is named, and nothing else."""
    found = repeats(np.array([7, 4, 7, 5, 7], dtype=np.int32))
    assert sorted(map(tuple, found.T.tolist())) == [(0, 2), (0, 4), (2, 0), (2, 4), (4, 0), (4, 2)]


def test_segments_are_joined_into_bags() -> None:
    """Two neighbouring segments make one bag, empty segments included."""
    bags = cut(
        np.arange(10, dtype=np.int32),
        np.array([0, 5, 3, 9]),
        np.array([2, 1, 0, 1]),
        per_bag=2,
    )
    assert bags.ids.tolist() == [0, 1, 5, 9]
    assert bags.starts.tolist() == [0, 3]


def test_ndcg_follows_its_definition() -> None:
    """A gain at rank two is worth 1 / log2(3) of the best, and ties go to the lower number."""
    scores = np.array([[0.1, 0.9, 0.5], [0.5, 0.5, 0.5]], dtype=np.float32)
    assert ndcg(scores, [{2: 1.0}, {0: 1.0}]) == pytest.approx((1 / np.log2(3) + 1.0) / 2)


def test_the_rate_rises_and_falls_to_zero() -> None:
    """The learning rate warms up to its greatest value and ends near zero."""
    settings = TrainSettings(steps=100, warmup=0.1, rate=1.0)
    assert rate_at(0, settings) == pytest.approx(0.1)
    assert rate_at(9, settings) == pytest.approx(1.0)
    assert rate_at(99, settings) < 0.01


def test_bare_tasks_strip_only_the_questions() -> None:
    """The accent-stripped variant keeps the passages as they are."""
    task = Task("t", ["Đường phố"], ["Phố cổ"], [{0: 1.0}]).bare()
    assert (task.queries, task.passages) == (["Duong pho"], ["Phố cổ"])
