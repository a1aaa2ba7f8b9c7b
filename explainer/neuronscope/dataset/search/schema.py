"""What an entry of the index consists of, how its texts are taken apart, and the way in to tantivy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tantivy

VERSION = 1  # of all that is below; an index of another version is built again
WORDS, TOKENS = 0, 1  # kinds of entries: an explanation, the tokens of a unit
FIELD = {WORDS: "text", TOKENS: "token"}
NO_AUTHOR, NO_EXPLANATION, FIRST_AUTHOR = 0, 1, 2  # in the place of an author's number; the rest are authors
_ANALYZERS = {"text": "words", "token": "whole"}


class PlacedWord(NamedTuple):
    """A word as the index holds it, and the characters [start, end) of the text that it was made of."""

    word: str
    start: int
    end: int


def new_index(folder: Path) -> tantivy.Index:
    """An empty index in a folder that is there."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for field, analyzer in _ANALYZERS.items():
        builder.add_text_field(field, stored=field == "text", tokenizer_name=analyzer)
    builder.add_text_field("fragment", tokenizer_name=_ANALYZERS["token"], index_option="basic")
    builder.add_bytes_field("shown", stored=True)  # of a token entry: JSON of what a hit shows
    for field in ("kind", "layer"):
        builder.add_unsigned_field(field, indexed=True, fast=True)
    for field in ("unit", "number", "author", "row"):  # rows count entries, in the order of the dataset
        builder.add_unsigned_field(field, fast=True)
    for field in ("score", "max"):
        builder.add_float_field(field, fast=True)
    return _with_analyzers(tantivy.Index(builder.build(), path=str(folder)))


def open_index(folder: Path) -> tantivy.Index:
    """:raises ValueError: there is no index there, or one that cannot be read."""
    import tantivy

    return _with_analyzers(tantivy.Index.open(str(folder)))


def one_line(token: str) -> str:
    """A token as it is searched: without spaces around it, those inside as single ones."""
    return " ".join(token.split())


def analyzer(field: str) -> tantivy.TextAnalyzer:
    """Of "text": runs of letters and digits; of "token": all of it as one word. Both in lower case."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    tokenizer = Tokenizer.simple() if field == "text" else Tokenizer.raw()
    return TextAnalyzerBuilder(tokenizer).filter(Filter.lowercase()).build()


def placed_words(words: tantivy.TextAnalyzer, text: str) -> list[PlacedWord]:
    """The words of a text with their places in it."""
    return [
        PlacedWord(token.text, token.char_offset_from, token.char_offset_to)
        for token in words.pre_tokenize(text).tokens
    ]


def _with_analyzers(index: tantivy.Index) -> tantivy.Index:
    for field, name in _ANALYZERS.items():
        index.register_tokenizer(name, analyzer(field))
    return index
