"""Heat-maps without a dashboard: tokens and numbers in, an object that a notebook shows and a file takes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuronscope.dashboards.examples import plain
from neuronscope.dashboards.limits import largest, limit_given
from neuronscope.dashboards.looks import Colours, colour_style
from neuronscope.dashboards.markup import Layer, coloured, escaped
from neuronscope.dashboards.numbers import short
from neuronscope.dashboards.page import plain_page, plain_style
from neuronscope.dashboards.pieces import reader_of, style_of
from neuronscope.dashboards.saving import save_text
from neuronscope.errors import BadInput


@dataclass(frozen=True)
class Heatmap:
    """Coloured text. The last line of a cell shows it; ``save`` writes it to a file that needs nothing else."""

    title: str
    body: str  # markup
    style: str = ""  # beside the one that all have

    def _repr_html_(self) -> str:
        return f'<style>{plain_style()}{self.style}</style><div class="neuronscope">{self._titled("h2")}</div>'

    def html(self) -> str:
        """The file that ``save`` writes."""
        return plain_page(self.title, self._titled("h1"), [self.style] if self.style else [])

    def _titled(self, heading: str) -> str:
        return f"<{heading}>{escaped(self.title)}</{heading}>{self.body}"

    def save(self, path: Path | str) -> Path:
        """Write it as one HTML file; where that is.

        :raises StorageFailed: it cannot be written.
        """
        return save_text(path, self.html())


def token_heatmap(
    tokens: Any,
    activations: Any,
    second: Any = None,
    *,
    tokenizer: object | None = None,
    max_act: Any = None,
    second_max: Any = None,
    names: Sequence[str] = (),
    colours: Colours | None = None,
    title: str = "Activations",
) -> Heatmap:
    """One text coloured by a unit's activations, one number per token; a ``second`` unit is a bar under the tokens.

    Numbers below zero have a colour of their own; NaN and None have none.

    :param tokens: ids (with ``tokenizer``), raw pieces or texts.
    :param max_act: where the colours of the first unit end; None: at the largest number by size.
    :param colours: ``[(above, below), (above, below)]`` of the two units, as "#rrggbb".
    :raises BadInput: unequal lengths, or tokens, numbers or colours that cannot be used.
    """
    texts = read_tokens(tokens, tokenizer)
    layers = [_layer(activations, texts, max_act, "activations")]
    if second is not None:
        layers.append(_layer(second, texts, second_max, "second"))
    named = [*names, *("first unit", "second unit")[len(names) :]][: len(layers)]
    body = _said(named if names or len(layers) > 1 else [], layers) + drawn(texts, layers, named)
    return _heatmap(title, body, colours)


def token_log_probs(
    tokens: Any,
    log_probs: Any,
    *,
    tokenizer: object | None = None,
    max_surprise: Any = None,
    colours: Colours | None = None,
    title: str = "Surprise",
) -> Heatmap:
    """One text coloured by how little each token was expected: ``-log_prob``, in nats.

    :param log_probs: natural logarithms, at most 0; None or NaN where nothing was expected, as of the first token.
    :param max_surprise: where the colour ends, in nats; None: at the least expected token.
    :raises BadInput: unequal lengths, a logarithm above 0, or tokens that cannot be read.
    """
    texts = read_tokens(tokens, tokenizer)
    numbers = read_numbers(log_probs, len(texts), "log_probs")
    if above := [place for place, value in enumerate(numbers) if value is not None and value > 1e-6]:
        raise BadInput(f"the log-probability of token {above[0]} is {numbers[above[0]]:g}, and none is above 0")
    surprise = [None if value is None else max(0.0, -value) for value in numbers]
    layer = Layer(surprise, limit_given(max_surprise, "max_surprise") or largest(surprise))
    tips = [
        "nothing was expected here" if value is None else f"{short(-value)} nats, probability {short(math.exp(value))}"
        for value in numbers
    ]
    body = _said([], [layer], "nats") + coloured(texts, layer, tips=tips)
    return _heatmap(title, body, colours)


def compare(
    tokens: Any,
    first: Any,
    second: Any,
    *,
    tokenizer: object | None = None,
    names: tuple[str, str] = ("first", "second"),
    max_act: Any = None,
    colours: Colours | None = None,
    title: str = "Comparison",
) -> Heatmap:
    """One text three times on one scale: by the first numbers, by the second, and by second minus first.

    :raises BadInput: as ``token_heatmap``.
    """
    texts = read_tokens(tokens, tokenizer)
    one, other = (read_numbers(values, len(texts), name) for values, name in zip((first, second), names, strict=True))
    less = [None if a is None or b is None else b - a for a, b in zip(one, other, strict=True)]
    limit = limit_given(max_act, "max_act") or largest([*one, *other])
    rows = [(names[0], one), (names[1], other), (f"{names[1]} minus {names[0]}", less)]
    lines = [
        f'<li><span class="margin">{escaped(name)}</span>{drawn(texts, [Layer(values, limit)], [name])}</li>'
        for name, values in rows
    ]
    body = f'{_said([], [Layer(one, limit)])}<ol class="records named full">{"".join(lines)}</ol>'
    return _heatmap(title, body, colours)


def drawn(texts: Sequence[str], layers: Sequence[Layer], names: Sequence[str]) -> str:
    """The text with one or two units' colours, each token's numbers told where the pointer rests."""
    tips = []
    for place in range(len(texts)):
        said = [_number(layer.values[place]) for layer in layers]
        tips.append(said[0] if len(said) == 1 else "\n".join(map("{}: {}".format, names, said)))
    return coloured(texts, layers[0], second=layers[1] if len(layers) > 1 else None, tips=tips)


def read_tokens(tokens: Any, tokenizer: object | None) -> list[str]:
    """The tokens of one sequence as texts.

    :raises BadInput: they are no list, or cannot be read.
    """
    given = plain(tokens)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise BadInput(f"tokens are a {type(tokens).__name__}, where a list belongs, one entry per token")
    listed = [plain(token) for token in given]
    return reader_of(style_of([listed]), tokenizer)(listed)


def read_numbers(values: Any, count: int, name: str) -> list[float | None]:
    """One number per token; what is no finite number is None.

    :raises BadInput: another number of them, or something that is none.
    """
    given = plain(values)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise BadInput(f"{name} are a {type(values).__name__}, where a list belongs, one number per token")
    if len(given) != count:
        raise BadInput(f"there are {count} tokens but {len(given)} {name}")
    numbers = [plain(value) for value in given]
    for place, value in enumerate(numbers):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise BadInput(f"{name}: {value!r} of token {place} is no number")
    return [None if value is None or not math.isfinite(value) else float(value) for value in numbers]


def _layer(values: Any, texts: Sequence[str], limit: Any, name: str) -> Layer:
    numbers = read_numbers(values, len(texts), name)
    return Layer(numbers, limit_given(limit, "max_act") or largest(numbers))


def _number(value: float | None) -> str:
    return "no number" if value is None else f"{value:.5g}".replace("-", "\N{MINUS SIGN}")


def _said(names: Sequence[str], layers: Sequence[Layer], of: str = "") -> str:
    """What each colour ends at."""
    ends = [f"full colour at {short(layer.limit)}{f' {of}' if of else ''}" for layer in layers]
    said = [f"{name}: {end}" for name, end in zip(names, ends, strict=True)] if names else ends
    return f'<p class="note">{escaped("; ".join(said))}</p>'


def _heatmap(title: str, body: str, colours: Colours | None) -> Heatmap:
    name, style = colour_style(colours)
    return Heatmap(title, f'<div class="{name}">{body}</div>' if name else body, style)
