"""The directory of published SAEs: read quickly, as its library reads it; a silent hub is waited for shortly."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neuronscope.errors import BrokenData, StorageFailed
from neuronscope.subject import sae_directory

UNUSED = ("sae_lens", "torch", "transformers")


def test_lists_are_printed_without_the_library() -> None:
    code = (
        "import sys; from neuronscope.subject import sae_directory as d; "
        "assert len(d.releases()) > 100 and d.entry('gpt2-small-res-jb', 'blocks.5.hook_resid_pre').l0 == 41; "
        f"sys.exit(str([m for m in {UNUSED} if m in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"


@pytest.mark.nightly
def test_everything_is_as_the_library_reads_it() -> None:
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    library = get_pretrained_saes_directory()
    assert [one.release for one in sae_directory.releases()] == sorted(library)
    for name, theirs in library.items():
        ours = sae_directory.entries(name)
        assert {one.id: (one.model, one.repository, one.path, one.neuronpedia) for one in ours} == {
            id_: (theirs.model, theirs.repo_id, str(path), theirs.neuronpedia_id[id_])
            for id_, path in theirs.saes_map.items()
        }
        assert [one.l0 or 0 for one in ours] == [float(theirs.expected_l0[one.id] or 0) for one in ours]
        explained = [1.0 if one.variance_explained is None else one.variance_explained for one in ours]
        unsaid = [theirs.expected_var_explained[one.id] for one in ours]
        assert explained == [1.0 if value is None else float(value) for value in unsaid]


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


@pytest.mark.usefixtures("no_cache")
def test_a_hub_that_does_not_answer_is_a_sentence_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sae_directory.entry("gpt2-small-res-jb", "blocks.5.hook_resid_pre")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        with pytest.raises(
            StorageFailed, match=r"jb/blocks\.5\.hook_resid_pre is on the hub, and http://127.* where there"
        ):
            sae_directory.configuration(found, patience=0.2)
        assert time.monotonic() - begun < 5
    with pytest.raises(StorageFailed, match="cannot be reached"):  # nobody listens there any more
        sae_directory.configuration(found)


@pytest.mark.parametrize("text", ["a: [", "- 1", "", "a: &x 1\nb: *x", "a: {b: *y}"])
def test_a_directory_of_another_form_is_a_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "pretrained_saes.yaml"
    file.write_text(text)
    with pytest.raises(BrokenData, match=r"pretrained_saes.yaml of sae_lens"):
        sae_directory._read(file)


def test_scalars_are_text_and_nothing_is_none(tmp_path: Path) -> None:
    file = tmp_path / "pretrained_saes.yaml"
    file.write_text("a:\n  repo_id: x/y\n  saes:\n  - {id: '0', path: 0, l0: 4.5, neuronpedia: null}\n  - {id: ~}\n")
    saes = [{"id": "0", "path": "0", "l0": "4.5", "neuronpedia": None}, {"id": None}]
    assert sae_directory._read(file) == {"a": {"repo_id": "x/y", "saes": saes}}
