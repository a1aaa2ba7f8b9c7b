"""The model that explains: messages to completions, or log-probabilities of a prompt; served, in process, recorded."""

from neuronscope.llm.accounting import Prices, Totals
from neuronscope.llm.balanced import Balanced
from neuronscope.llm.cache import Cached
from neuronscope.llm.local import LocalModel, LocalOptions
from neuronscope.llm.openai_server import OpenAIServer, ServerOptions
from neuronscope.llm.opening import OpenOptions, open_llm
from neuronscope.llm.protocol import (
    Candidate,
    CandidateLogprobs,
    CandidateQuestion,
    Completion,
    Failure,
    LanguageModel,
    Reply,
    Sampling,
    TokenLogprobs,
    Usage,
    WrittenToken,
)
from neuronscope.llm.recorded import Recorded, Recording
from neuronscope.messages import Description, Message, Prompt

__all__ = [
    "Balanced",
    "Cached",
    "Candidate",
    "CandidateLogprobs",
    "CandidateQuestion",
    "Completion",
    "Description",
    "Failure",
    "LanguageModel",
    "LocalModel",
    "LocalOptions",
    "Message",
    "OpenAIServer",
    "OpenOptions",
    "Prices",
    "Prompt",
    "Recorded",
    "Recording",
    "Reply",
    "Sampling",
    "ServerOptions",
    "TokenLogprobs",
    "Totals",
    "Usage",
    "WrittenToken",
    "open_llm",
]
