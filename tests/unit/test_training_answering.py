"""Promises of what is learned about answering sentences: the product scores as training did."""

import random

import numpy as np
import pytest
import torch

from retrieval.alignment import AskedWords, asked_words, cosines, word_vectors
from retrieval.answering import TRAITS, SentenceReader, SentenceWeights
from retrieval.text import sentence_spans
from retrieval.text.kinds import Kind
from retrieval.text.questions import definition_asked
from retrieval.training.answering import Reader, accuracy, as_weights, example_of, learn
from retrieval.training.split import DevPair
from retrieval.word_table import words_of

TEXT = (
    "Năm 1926, Hồ Hữu Tường sang Pháp học. Khi đó ông gia nhập Đệ Tứ Quốc tế. "
    "Ông mất ngày 26 tháng 6 năm 1980."
)
PAIR = DevPair("", TEXT, "Hồ Hữu Tường", "Tiểu sử", "viwiki", "heading")
ANSWER = "ngày 26 tháng 6 năm 1980"


@pytest.mark.parametrize(
    "question", ["Ông qua đời khi nào?", "ong mat nam nao", "Hồ Hữu Tường là gì?"]
)
def test_the_product_scores_sentences_as_training_did(question: str) -> None:
    """For any weights, what is learned with torch and what answers with numpy agree."""
    example = example_of("vi", question, PAIR, ANSWER)
    assert example is not None
    torch.manual_seed(5)
    reader = Reader()
    with torch.no_grad():
        for parameter in reader.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
        expected = reader(example).numpy()
        said = reader.closeness(example.cosines).numpy().astype(np.float64)
    asked: AskedWords = asked_words(question)
    sentences = [TEXT[start:end] for start, end in sentence_spans(TEXT)]
    weights: SentenceWeights = as_weights(reader, [example])
    scores = SentenceReader(asked, definition_asked(question), weights).scores(said, sentences)
    np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-3)


def test_an_example_holds_the_match_and_where_the_answer_is() -> None:
    """The cosines are those of the product; a passage without the answer teaches nothing."""
    example = example_of("vi", "Ông qua đời khi nào?", PAIR, ANSWER)
    assert example is not None
    assert example.right.tolist() == [0, 0, 1]
    words = words_of(TEXT, "Hồ Hữu Tường\nTiểu sử", word_vectors())
    (values,) = cosines(asked_words("Ông qua đời khi nào?"), words)
    np.testing.assert_array_equal(example.cosines.numpy(), values)
    assert example_of("vi", "Ông qua đời khi nào?", PAIR, "năm 1999") is None
    assert example_of("vi", "…ấy?", DevPair("", "Một câu.", "", "", "", "heading"), "Một") is None


def test_learning_finds_what_tells_the_right_sentence() -> None:
    """Where only the figure that is asked for tells, its trait is learned and chooses right."""
    chance = random.Random(4)
    examples = []
    for number in range(60):
        day = f"ngày {1 + number % 28} tháng {1 + number % 12} năm {1900 + number}"
        sentences = [f"Hội họp bàn việc thứ {chance.randint(2, 9)}.", f"Hội đến {day}."]
        chance.shuffle(sentences)
        pair = DevPair("", " ".join(sentences), "", "", "viwiki", "heading")
        example = example_of("vi", "Hội họp bao giờ?", pair, day)
        assert example is not None
        examples.append(example)
    learned = learn(examples)
    assert accuracy(learned, examples) == 1.0
    assert learned.traits[TRAITS.index(Kind.TIME)] > 0.5 > learned.traits[TRAITS.index(Kind.PLACE)]
