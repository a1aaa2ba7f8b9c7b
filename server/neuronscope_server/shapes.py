"""The objects that only the server answers with; everything else on the wire is a noun of
``neuronscope.records`` or ``neuronscope.relations``.

A field without a default is always there; None says that it is not known (yet).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from neuronscope.annotations.nouns import UnitAnnotations
from neuronscope.layerscores import LayerScores
from neuronscope.lists import UnitList
from neuronscope.records import ScoredText


@dataclass(frozen=True)
class DatasetSummary:
    """One dataset in a list; ``source`` is its kind ("mlp", "sae", ...), ``layers`` and ``units`` are counts.

    ``model`` is None where nobody recorded which one it is.
    """

    name: str
    title: str
    model: str | None
    source: str | None
    layers: int | None
    units: int | None


@dataclass(frozen=True)
class DatasetList:
    """Every dataset that this server knows by name."""

    datasets: list[DatasetSummary]


@dataclass(frozen=True)
class SiteDataset(DatasetSummary):
    """One dataset as the viewer meets it: where its files are, and which parts it has.

    ``status`` is "opening" only for datasets on another machine. With "failed", ``detail`` says why, in a sentence; one
    on another machine is tried again by and by, and stays "failed" until that has an answer.
    """

    root: str  # every file of the dataset is at this address + "/" + its path; relative to the site
    parts: list[str]  # "collated-activations", ...; "units", "lists", "traces", "matches", "puzzles", "reports"
    packed: bool  # True in a static site whose layers are zips, each with an index beside it
    status: Literal["ready", "opening", "failed"]
    detail: str | None
    search: Literal["building", "ready", "failed"] | None = None  # None where it cannot be searched
    keeps_traces: bool = False  # whether live traces can be kept among its files
    meaning: bool = False  # whether it can be searched by meaning too
    search_detail: str | None = None  # with "failed", why, in a sentence
    places: dict[str, str] = field(
        default_factory=dict
    )  # of a static site: folders by part, by "part/layer" where layers have their own, and of other names
    layers_with: dict[str, list[int]] = field(
        default_factory=dict
    )  # of a static site: of a part that not all layers have, those that have it


@dataclass(frozen=True)
class SiteModel:
    """A language model that this site runs or asks, and what for; with "failed", ``detail`` says why.

    One for live text is below api/models/ under its name; ``datasets`` are those that it fits, and ``refused`` says of
    each other one why it does not.
    """

    name: str
    use: Literal["scoring", "live"]
    status: Literal["loading", "ready", "failed"]
    detail: str | None
    datasets: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """What this site offers: its datasets and what else it can do.

    ``writing``: people's explanations, votes and lists are kept. ``scoring``: a text can be scored, once its model is
    ready.
    ``token``: both ask for the header ``Authorization: Bearer ...``.
    ``suggest``: of a static site, where a better explanation can be sent: an address with {dataset}, {layer}, {unit}
    and {url} in it.
    """

    title: str
    datasets: list[SiteDataset]
    models: list[SiteModel]
    search: bool
    writing: bool
    scoring: bool = False
    token: bool = False
    suggest: str | None = None


@dataclass(frozen=True)
class Health:
    """Answers while the server runs; ``version`` is Neuronscope's."""

    status: Literal["ok"]
    version: str


@dataclass(frozen=True)
class Problem:
    """Every error; ``detail`` is a sentence a person can act on."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


@dataclass(frozen=True)
class RunGlance:
    """A run of explaining in a list; ``failed`` are units that lack an explanation that was asked for."""

    run: str
    created: str
    models: list[str]
    units: int  # that the run was asked for
    explained: int  # units with at least one explanation
    scored: int  # explanations, those of the token lookup among them
    failed: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None  # US dollars; None where no prices were given
    seconds: float


@dataclass(frozen=True)
class Reports:
    """The runs of which a dataset has reports, the oldest first; of very many the latest, of ``total``."""

    runs: list[RunGlance]
    total: int


@dataclass(frozen=True)
class Beaten:
    """In how many units, of those where both have a score, an explainer scores more than a baseline."""

    baseline: str  # "lookup" or "shuffled"
    wins: int
    pairs: int


@dataclass(frozen=True)
class ExplainerScores:
    """The correlation scores of an explainer; ``mean`` and its 95% ``interval`` are over the ``scored`` units."""

    label: str
    units: int
    scored: int
    mean: float | None
    interval: tuple[float, float] | None
    beaten: list[Beaten]


@dataclass(frozen=True)
class Scores:
    """How good a dataset's explanations are now; ``explainers`` are None, for the ``reason``, where that takes long."""

    layers: list[LayerScores]
    explainers: list[ExplainerScores] | None
    reason: str | None


@dataclass(frozen=True)
class GivenExplanation:
    """What a person writes about a unit."""

    text: str
    author: str | None = None


@dataclass(frozen=True)
class GivenVote:
    """A vote for (1) or against (-1) an explanation; 0 takes it back.

    ``explanation`` is the id of a person's explanation, or the SHA-256 of the text of one of the dataset's own.
    """

    explanation: str
    value: Literal[-1, 0, 1]


@dataclass(frozen=True)
class GivenList(UnitList):
    """A list as a person makes it."""


@dataclass(frozen=True, kw_only=True)
class ChangedList(UnitList):
    """A list as it shall be; ``version`` is the one that was changed, so that nobody's change is lost unseen."""

    version: int


@dataclass(frozen=True)
class GivenText:
    """A text to score; ``seed`` draws the baseline and the intervals.

    With ``sequences`` the result has what was simulated for each token.
    """

    text: str
    seed: int = 0
    sequences: bool = False


@dataclass(frozen=True)
class DatasetAnnotations:
    """Everything that people wrote about a dataset; units that nobody wrote about are not there."""

    dataset: str
    units: list[UnitAnnotations]


@dataclass(frozen=True)
class JobStarted:
    """What was begun: ``job`` is its name below api/jobs."""

    job: str


@dataclass(frozen=True)
class ScoreAsked:
    """What a job was asked to score."""

    dataset: str
    layer: int
    unit: int
    text: str
    seed: int
    sequences: bool = False


@dataclass(frozen=True)
class JobProgress:
    """Steps of a job; ``total`` is None until it is known."""

    done: int
    total: int | None


@dataclass(frozen=True)
class Job:
    """A score that is being made, or was lately. ``result`` comes with "done", ``detail`` says why there is none.

    The sequences of a result are kept for the latest jobs only; ``detail`` says so once they are gone.
    """

    id: str
    asked: ScoreAsked
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: JobProgress
    result: ScoredText | None
    detail: str | None


@dataclass(frozen=True)
class Scoring:
    """With what a text is scored: models by name, as for ``neuronscope explain --llm``.

    ``simulator`` None: all-at-once for a model in process, structured for a server. ``base_url`` and ``key`` are for
    servers.
    """

    llm: list[str]
    simulator: str | None = None
    base_url: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class LiveOptions:
    """A model for live text: its name in addresses, where it is, and SAEs by name, as the library opens them."""

    name: str
    path: str
    saes: dict[str, str] = field(default_factory=dict)  # "sae:WHERE", "vectors:FILE" or "crosscoder:FOLDER@LAYER"
    base: str | None = None  # the model that crosscoders read beside this one
    dtype: str = "float32"
    device: str = "auto"
    base_device: str | None = None  # None: the model's
    crosscoder_device: str | None = None  # None: where the model is


@dataclass(frozen=True)
class Options:
    """How the server answers, beside which datasets it has.

    ``hosts`` are the names a request may ask for ("*": any); with ``any_ip`` every IP address is one too, since
    attacks on a browser's owner through DNS need a name. ``cors_origins`` are the other sites that may read it,
    ``frames`` those whose pages may show pages of this one in a frame.
    """

    title: str = "Neuronscope"
    hosts: list[str] = field(default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"])
    any_ip: bool = False
    cors_origins: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    largest_body: int = 1_000_000  # bytes; what reads one takes less
    sentence_model: str | None = None  # the folder of a model for search by meaning
    cache: str | None = None  # the folder where search indexes are kept; None: made again at each start
    annotations: str | None = field(default=None, repr=False)  # SQLAlchemy URL; None: nothing can be written
    scoring: Scoring | None = None  # None: nothing can be scored
    live: LiveOptions | None = None  # None: no text can be tried
    token: str | None = field(default=None, repr=False)  # asked for before anything is written or run

    @property
    def acts(self) -> bool:
        """Whether anything is written or run, beside reading."""
        return self.annotations is not None or self.scoring is not None or self.live is not None
