"""Documents in, their token ids out, in batches that the tokenizer spreads over the cores; long texts in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.longtext import encode_long
from neuronscope.collate.text import Document
from neuronscope.collate.textfile import TextFile
from neuronscope.errors import BadInput, NeuronscopeError
from neuronscope.subject import Subject

# The token ids of one document; those of a long one come in consecutive parts.
TokenIds = Sequence[int] | NDArray[np.int32] | Iterator[NDArray[np.int32]]

_DOCUMENTS = 64  # of a batch: how far is read ahead
_CHARACTERS = 1 << 18  # of a batch; a text that is longer than that is encoded in parts


def tokenise(
    documents: Iterable[Document], subject: Subject
) -> Iterator[NDArray[np.int32] | Iterator[NDArray[np.int32]]]:
    """Token ids of each document, nothing put before or after; documents that are token ids already pass through.

    At most 64 documents are read ahead. A long text is an iterator of its parts, read and encoded when asked for.

    :raises BadInput: a token id that the model or the tokenizer does not have.
    """
    encoded = (ids for batch in _batches(documents) for ids in _encoded(batch, subject))
    for number, ids in enumerate(encoded):
        if isinstance(ids, Iterator):
            yield map(partial(_known, number=number, subject=subject), ids)
        else:
            yield _known(ids, number, subject)


def _known(ids: Sequence[int] | NDArray[np.int32], number: int, subject: Subject) -> NDArray[np.int32]:
    largest, known = max(ids, default=0) if isinstance(ids, Sequence) else ids.max(initial=0), subject.info.vocabulary
    if largest >= known:
        raise BadInput(
            f"document {number} holds token id {largest}, but {subject.info.name} has {known} tokens: "
            "the text is for another model, or the tokenizer does not belong to this one"
        )
    return np.asarray(ids, dtype=np.int32)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    characters = 0
    try:
        for document in documents:
            batch.append(document)
            characters += len(document) if isinstance(document, str) else 0
            if len(batch) == _DOCUMENTS or characters >= _CHARACTERS or isinstance(document, TextFile):
                yield batch
                batch, characters = [], 0
    except NeuronscopeError:  # what stands before a broken document may be all that is asked for
        yield batch
        raise
    yield batch


def _encoded(batch: list[Document], subject: Subject) -> Iterator[TokenIds]:
    short = [document for document in batch if isinstance(document, str) and len(document) <= _CHARACTERS]
    encoded = iter(_encode(short, subject))
    for document in batch:
        if isinstance(document, list):
            yield document
        elif isinstance(document, str) and len(document) <= _CHARACTERS:
            yield next(encoded)
        else:
            yield _encode_long(_parts(document), subject)


def _encode(texts: list[str], subject: Subject) -> list[NDArray[np.int32]]:
    if not texts:
        return []
    found = subject.tokenizer(texts, add_special_tokens=False, return_attention_mask=False, verbose=False)
    return [np.asarray(ids, dtype=np.int32) for ids in found["input_ids"]]


def _encode_long(parts: Iterable[str], subject: Subject) -> Iterator[NDArray[np.int32]]:
    if subject.tokenizer.is_fast:
        return encode_long(parts, partial(_encode_with_places, subject=subject))
    return iter(_encode(["".join(parts)], subject))  # those written in Python do not say where a token stands


def _encode_with_places(texts: list[str], subject: Subject) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    options = {"add_special_tokens": False, "return_attention_mask": False, "return_offsets_mapping": True}
    found = subject.tokenizer(texts, verbose=False, **options)
    for ids, spans in zip(found["input_ids"], found["offset_mapping"], strict=True):
        places = np.fromiter((first for first, _ in spans), dtype=np.int64, count=len(spans))
        yield np.asarray(ids, dtype=np.int32), places


def _parts(document: str | TextFile) -> Iterable[str]:
    if isinstance(document, TextFile):
        return document
    return (document[first : first + _CHARACTERS] for first in range(0, len(document), _CHARACTERS))
