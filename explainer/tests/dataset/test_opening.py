"""Which place an address leads to."""

from __future__ import annotations

import pytest

from neuronscope.dataset import PUBLISHED_GPT2_SMALL, PUBLISHED_GPT2_XL, open_dataset
from neuronscope.dataset.blob import BlobStore
from neuronscope.dataset.http import HttpStore
from neuronscope.dataset.opening import slug
from neuronscope.errors import BadInput


@pytest.fixture
def environ(tmp_path) -> dict[str, str]:
    """An environment without credentials."""
    return {"HOME": str(tmp_path)}


def test_the_default_is_the_published_gpt2_xl_read_over_https_and_known_without_asking(environ):
    dataset = open_dataset(environ=environ)
    assert isinstance(dataset.store, HttpStore)
    assert dataset.root == PUBLISHED_GPT2_XL == "az://openaipublic/neuron-explainer/data"
    assert dataset.name == "gpt2-xl"
    assert dataset._assumed.layers[-1].index == 47
    assert {layer.units for layer in dataset._assumed.layers} == {6400}


@pytest.mark.parametrize(
    "root",
    [PUBLISHED_GPT2_SMALL, "https://openaipublic.blob.core.windows.net/neuron-explainer/gpt2_small_data/"],
)
def test_a_published_root_is_known_by_either_address(root, environ):
    dataset = open_dataset(root, environ=environ)
    assert (dataset.name, len(dataset._assumed.layers)) == ("gpt2-small", 12)


def test_with_credentials_az_goes_through_blobfile(environ):
    assert isinstance(open_dataset("az://me/c/data", environ=environ | {"AZURE_STORAGE_KEY": "k"}).store, BlobStore)
    assert isinstance(open_dataset("az://me/c/data", environ=environ).store, HttpStore)
    assert open_dataset("gs://bucket/my data", environ=environ).name == "my-data"


def test_a_published_root_is_asked_for_a_manifest_first(serve, write, tmp_path):
    """A dataset.json that appears there one day counts for more than what is known today."""
    from neuronscope.dataset.dataset import Dataset
    from neuronscope.dataset.published import PUBLISHED

    server = serve(write())
    with_manifest = Dataset(HttpStore(server.address), name="x", assumed=PUBLISHED[0].manifest())
    assert with_manifest.layers() == [0, 1]
    (tmp_path / "empty").mkdir()
    without = Dataset(HttpStore(serve(tmp_path / "empty").address), name="x", assumed=PUBLISHED[0].manifest())
    assert without.layers() == list(range(48))
    assert without.units(47) == range(6400)
    assert not without.passes_through


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("s3://bucket/data", r"https://bucket\.s3\.amazonaws\.com/data"),
        ("ftp://host/data", "ftp:// is not read"),
        ("http://example.org/data", "only read from this machine"),
        ("az://account", "the form is az://ACCOUNT/CONTAINER/PATH"),
        ("nowhere/at/all", "nowhere/at/all does not exist"),
        ("", "not a folder|holds no dataset"),
    ],
)
def test_an_address_that_cannot_be_read_says_what_can(root, words, environ, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=words):
        open_dataset(root, environ=environ)


def test_a_folder_without_a_dataset_and_a_file_are_bad_input(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"holds no dataset: neither dataset\.json nor collated-activations/"):
        open_dataset(tmp_path)
    with pytest.raises(BadInput, match="is not a folder"):
        open_dataset(tmp_path / "file")


def test_a_name_can_be_given(write):
    assert open_dataset(write("Some Data"), name="chosen").name == "chosen"


def test_a_given_name_is_the_title_where_no_manifest_has_one(write):
    root = write("data")
    assert open_dataset(root, name="chosen").manifest.title == "Data"
    (root / "dataset.json").unlink()
    assert open_dataset(root, name="chosen").manifest.title == "chosen"


def test_names_for_addresses():
    names = ["GPT-2 XL", "../..", "", "Über Daten", "a.b_c-d", "_x", "2024"]
    assert [slug(name) for name in names] == ["gpt-2-xl", "dataset", "dataset", "ber-daten", "a.b_c-d", "x", "2024"]
