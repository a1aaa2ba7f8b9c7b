"""A site as a folder: every file answers as the server does; written once, resumed, brought up to date, pruned."""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neuronscope.dataset import Dataset, change_dataset, layout
from neuronscope.dataset.folder import FolderStore
from neuronscope.dataset.store import Stat
from neuronscope.dataset.target import FolderTarget
from neuronscope.dataset.zipwriter import ZipWriter
from neuronscope.errors import BadInput, BrokenData, StorageFailed
from neuronscope_server.app import create_app
from neuronscope_server.catalog import Catalog, open_catalog
from neuronscope_server.publish.command import checked_base
from neuronscope_server.publish.page import static_page
from neuronscope_server.publish.pieces import LIST, Piece, Planned, Release, SitePlan
from neuronscope_server.publish.plan import plan_site
from neuronscope_server.publish.relations import BESIDE
from neuronscope_server.publish.writing import Outcome, count_files, missing, write_site
from neuronscope_server.publish.zipindex import index_of_zip
from neuronscope_server.related import JOINED

from .conftest import LAYERS, RUN, TRACE, part_files, write_dataset


class Cut(Exception):
    """What stops a run in its middle."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset that a test may change."""
    return write_dataset(tmp_path / "tiny", packed=True)


def planned(root: Path, viewer: Path, *, packed: bool = True) -> SitePlan:
    return plan_site(open_catalog({"tiny": str(root)}), title="Tiny", packed=packed, static=viewer)


def written(root: Path, viewer: Path, out: Path, *, packed: bool = True) -> Outcome:
    return write_site(planned(root, viewer, packed=packed), FolderTarget(out))


def entry(out: Path) -> dict:
    site = json.loads((out / "api/site.json").read_bytes())
    assert (site["title"], site["search"], site["writing"]) == ("Tiny", True, False)
    (dataset,) = site["datasets"]
    return dataset


def place_of(dataset: dict, part: str, layer: int) -> str | None:
    """As the viewer finds it."""
    return dataset["places"].get(f"{part}/{layer}", dataset["places"].get(part))


def member(folder: Path, layer: int, unit: int) -> bytes | None:
    """As a browser reads it: the index, then one range."""
    index = zlib.decompress((folder / f"{layer}.idx").read_bytes(), -15)
    (count,) = struct.unpack_from("<I", index)
    assert len(index) == 4 * (1 + 4 * count)
    steps, gaps, sizes, crcs = (struct.unpack_from(f"<{count}I", index, 4 + 4 * count * column) for column in range(4))
    number = end = 0
    for step, gap, size, crc in zip(steps, gaps, sizes, crcs, strict=True):
        number, start = (number + step) % 2**32, end + gap
        end = start + size
        if number == unit:
            data = zlib.decompress((folder / f"{layer}.zip").read_bytes()[start:end], -15)
            assert zlib.crc32(data) == crc
            return data
    return None


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_every_unit_of_a_packed_site_reads_as_the_server_answers(
    root: Path, built_viewer: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out)
    client = create_app(open_catalog({"tiny": str(root)}), static=built_viewer).test_client()
    dataset = entry(out)
    assert dataset["packed"]
    looked_at = set()
    for layer, units in LAYERS.items():
        for unit in [*units, 999]:
            for part in dataset["parts"]:
                if part not in layout.PARTS:
                    continue
                answer = client.get(f"/api/datasets/tiny/{part}/{layer}/{unit}.json")
                place = place_of(dataset, part, layer)
                data = member(out / (place or dataset["places"]["relations"]), layer, unit)
                found = None if data is None else json.loads(data)
                if found is not None and place is None:
                    assert set(found) <= set(BESIDE)
                    found = found.get(part)
                assert found == (answer.json if answer.status_code == 200 else None), (part, layer, unit)
                looked_at.add((part, answer.status_code))
    assert {(part, 200) for part in layout.PARTS} <= looked_at


def test_every_unit_of_a_site_of_files_does_too(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=False)
    client = create_app(open_catalog({"tiny": str(root)}), static=built_viewer).test_client()
    dataset = entry(out)
    assert not dataset["packed"]
    for part in layout.PARTS:
        for layer, units in LAYERS.items():
            for unit in units:
                file = out / (place_of(dataset, part, layer) or "none") / f"{layer}/{unit}.json.gz"
                answer = client.get(f"/api/datasets/tiny/{part}/{layer}/{unit}.json")
                assert (json.loads(gzip.decompress(file.read_bytes())) if file.exists() else None) == (
                    answer.json if answer.status_code == 200 else None
                )


@pytest.mark.parametrize("packed", [True, False])
def test_the_site_says_which_layers_have_what_not_all_have(
    write: Callable[..., Path], built_viewer: Path, tmp_path: Path, packed: bool
) -> None:
    root = write(tmp_path / "tiny", parts=[layout.RECORDS, layout.LOGITS])
    with change_dataset(root) as dataset:
        dataset.add_layer(layout.EXPLANATIONS, 3, [(17, part_files(layout.EXPLANATIONS, 3, 17))])
        dataset.finish()
    written(root, built_viewer, tmp_path / "site", packed=packed)
    found = entry(tmp_path / "site")
    assert found["layers_with"] == {layout.EXPLANATIONS: [3]}
    folder = tmp_path / "site" / found["places"][f"{layout.EXPLANATIONS}/3"]
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {"3", "release"}


def test_the_other_files_are_the_servers_answers(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    written(root, built_viewer, tmp_path / "site")
    client = create_app(open_catalog({"tiny": str(root)}), static=built_viewer).test_client()
    below = tmp_path / "site" / entry(tmp_path / "site")["root"]
    columns = json.loads((below / "columns.json").read_bytes())
    paths = ["dataset.json", "lists.json", "puzzles.json", "reports.json", f"reports/{RUN}.json", "scores.json"]
    paths += ["traces.json", f"traces/{TRACE}.json"]
    paths += [f"units/{layer}.json" for layer in LAYERS]
    for path in paths:
        assert json.loads((below / path).read_bytes()) == client.get(f"/api/datasets/tiny/{path}").json, path
    for column in (one["name"] for one in columns["columns"] if one["known"]):
        answer = client.get(f"/api/datasets/tiny/columns/{column}.f64?snapshot={columns['snapshot']}")
        assert (below / f"columns/{column}.f64").read_bytes() == answer.data
    places = [(layer, unit) for layer, units in LAYERS.items() for unit in units]
    rows = json.loads(member_of_rows(tmp_path / "site" / entry(tmp_path / "site")["places"]["rows"], 0))["units"]
    assert [(row["layer"], row["unit"]) for row in rows] == places
    asked = ",".join(f"{layer}:{unit}" for layer, unit in places)
    assert rows == client.get(f"/api/datasets/tiny/units?units={asked}").json["units"]


def member_of_rows(below: Path, block: int) -> bytes:
    (below / "0.idx").write_bytes((below / "rows.idx").read_bytes())
    (below / "0.zip").write_bytes((below / "rows.zip").read_bytes())
    return member(below, 0, block) or b""


def test_zips_are_the_datasets_own(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    written(root, built_viewer, tmp_path / "site")
    place = entry(tmp_path / "site")["places"][layout.RECORDS]
    for layer in LAYERS:
        own = (root / layout.zip_path(layout.RECORDS, layer)).read_bytes()
        assert (tmp_path / "site" / place / f"{layer}.zip").read_bytes() == own


def test_a_dataset_of_folders_is_packed_too(own: Path, built_viewer: Path, tmp_path: Path) -> None:
    written(own, built_viewer, tmp_path / "site")
    dataset = entry(tmp_path / "site")
    data = member(tmp_path / "site" / dataset["places"][layout.RECORDS], 3, 42)
    assert data is not None
    assert json.loads(data) == json.loads((own / layout.unit_path(layout.RECORDS, 3, 42)).read_bytes())


def test_a_second_time_nothing_is_written(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    plan = planned(root, built_viewer)
    assert len(list(missing(plan, FolderTarget(out)))) == count_files(plan)
    first = write_site(plan, FolderTarget(out))
    assert first.written == first.files == len(files(out)) == count_files(plan)
    before = {name: (out / name).stat().st_mtime_ns for name in files(out)}
    assert list(missing(planned(root, built_viewer), FolderTarget(out))) == []
    second = written(root, built_viewer, out)
    assert (second.written, second.files, second.bytes, second.old) == (0, first.files, first.bytes, [])
    assert {name: (out / name).stat().st_mtime_ns for name in files(out)} == before


def test_a_change_writes_its_own_release_and_leaves_the_older_one(
    root: Path, built_viewer: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out)
    old, before = files(out), entry(out)
    with change_dataset(root) as change:
        change.add_layer(layout.LOGITS, 0, [])
        change.finish()
    changed = written(root, built_viewer, out)
    after, now = files(out), entry(out)
    assert {name: after[name] for name in old if name != "api/site.json"} == {
        name: data for name, data in old.items() if name != "api/site.json"
    }
    assert now["places"][layout.RECORDS] == before["places"][layout.RECORDS]
    assert now["places"]["relations"] != before["places"]["relations"]
    assert set(changed.old) == {
        name for name in old if name.startswith((before["places"]["relations"], before["root"]))
    }
    FolderTarget(out).remove(changed.old)
    assert set(files(out)) == set(after) - set(changed.old)
    assert not (out / before["root"]).exists()
    assert written(root, built_viewer, out).old == []


def test_other_words_about_a_unit_leave_files_of_units_that_do_not_tell_them(
    root: Path, built_viewer: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=False)
    before = entry(out)["places"]
    columns = {"layer": 3, "unit": LAYERS[3], "max": [1.0, 1.0], "explanation": ["words of time", None]}
    with change_dataset(root) as change:
        change.add_file("units/3.json", json.dumps(columns | {"score": [0.5, None]}).encode())
        change.finish()
    written(root, built_viewer, out, packed=False)
    after = entry(out)["places"]
    assert {part for part in before if after[part] != before[part]} == {*JOINED, "search", "rows"}


@pytest.mark.parametrize("packed", [True, False])
def test_explanations_of_a_layer_leave_those_of_others_where_they_are(
    root: Path, built_viewer: Path, tmp_path: Path, packed: bool
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=packed)
    before = entry(out)["places"]
    with change_dataset(root) as change:
        change.add_layer(layout.EXPLANATIONS, 3, [(17, part_files(layout.EXPLANATIONS, 3, 17))])
        change.finish()
    written(root, built_viewer, out, packed=packed)
    after = entry(out)["places"]
    assert {place for place in before if after[place] != before[place]} == {f"{layout.EXPLANATIONS}/3", "search"}


@pytest.mark.parametrize("packed", [True, False])
def test_cut_off_anywhere_the_site_is_the_old_one_and_goes_on(
    root: Path, built_viewer: Path, tmp_path: Path, packed: bool
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=packed)
    old = files(out)
    with change_dataset(root) as change:
        change.add_layer(layout.LOGITS, 0, [])
        change.finish()
    whole = files_of_new(root, built_viewer, tmp_path / "whole", packed=packed)
    for steps in range(1, 200):
        plan = planned(root, built_viewer, packed=packed)
        left = [steps]

        def told(_: str, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Cut

        try:
            write_site(plan, FolderTarget(out), told=told)
        except Cut:
            now = files(out)
            assert {name: now[name] for name in old if name != "api/site.json"} == {
                name: data for name, data in old.items() if name != "api/site.json"
            }
            assert now["api/site.json"] in (old["api/site.json"], whole["api/site.json"])
            if now["api/site.json"] == whole["api/site.json"]:
                assert whole.items() <= now.items()
        else:
            break
    assert whole.items() <= files(out).items()


def files_of_new(root: Path, viewer: Path, out: Path, *, packed: bool) -> dict[str, bytes]:
    written(root, viewer, out, packed=packed)
    return files(out)


def test_the_page_holds_its_policy(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    written(root, built_viewer, tmp_path / "site")
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html><html lang=en data-static><meta http-equiv=")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = policy[1].split("; ")
    assert "default-src 'none'" in rules
    assert any(rule.startswith("script-src 'self' 'sha256-") for rule in rules)
    assert not any("unsafe" in rule or "frame-ancestors" in rule for rule in rules)
    with pytest.raises(BrokenData, match="make build"):
        static_page(b"<p>no page</p>")


def test_what_is_no_site_is_left_alone(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    plan = planned(root, built_viewer)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("years of work")
    with pytest.raises(BadInput, match="something else than a site"):
        write_site(plan, FolderTarget(mine))
    with pytest.raises(BadInput, match="is a file"):
        write_site(plan, FolderTarget(mine / "thesis.tex"))
    assert [path.name for path in mine.iterdir()] == ["thesis.tex"]
    out = tmp_path / "site"
    write_site(plan, FolderTarget(out))
    (out / "CNAME").write_text("neurons.example.org")
    assert write_site(plan, FolderTarget(out)).old == []


def repaired(root: Path, viewer: Path, out: Path, *, packed: bool = True) -> set[str]:
    """What a run writes again, after which the site is what it was; as it was said beforehand."""
    plan = planned(root, viewer, packed=packed)
    said = [(one.path, one.bytes) for one in missing(plan, FolderTarget(out))]
    before = {path: (out / path).stat().st_ino for path in files(out)}
    outcome = write_site(plan, FolderTarget(out))
    found = {path for path in files(out) if before.get(path) != (out / path).stat().st_ino}
    assert dict(said) == {path: (out / path).stat().st_size for path in found}
    assert (outcome.written, outcome.repaired, outcome.files) == (len(found), len(found), len(files(out)))
    return found


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_is_missing_or_of_another_size_is_written_again(
    root: Path, built_viewer: Path, tmp_path: Path, packed: bool
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=packed)
    whole = files(out)
    wrong = {path for path in whole if path.startswith("r/") and not path.endswith((LIST, ".idx"))}
    for at, path in enumerate(sorted(wrong)):
        (out / path).write_bytes(b"") if at % 2 else (out / path).unlink()
    assert repaired(root, built_viewer, out, packed=packed) == wrong
    assert files(out) == whole


def test_of_a_zip_and_its_index_the_one_that_is_wrong_is_written_again(
    root: Path, built_viewer: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out)
    whole, dataset = files(out), entry(out)
    for part in (layout.RECORDS, "relations"):  # copied, and made
        for name in ("3.zip", "3.idx"):
            path = f"{dataset['places'][part]}/{name}"
            (out / path).write_bytes(whole[path] + b"more")
            assert repaired(root, built_viewer, out) == {path}
            assert files(out) == whole


def test_a_list_that_is_damaged_is_written_again(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out)
    whole = files(out)
    for data in (b"", b"[]", b'{"files": {"3.zip": {"bytes": 1}}}', b'{"files": []}'):
        path = f"{entry(out)['places'][layout.RECORDS]}/{LIST}"
        (out / path).write_bytes(data)
        assert repaired(root, built_viewer, out) == {path}
        assert files(out) == whole


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_release_that_was_interrupted_no_file_is_trusted(
    root: Path, built_viewer: Path, tmp_path: Path, packed: bool
) -> None:
    """A disk that was unplugged may have left files of the right size with other bytes."""
    out = tmp_path / "site"
    written(root, built_viewer, out, packed=packed)
    whole = files(out)
    wrong = {path for path in whole if path.startswith("r/") and not path.endswith(LIST)}
    for path in wrong:
        (out / path).write_bytes(bytes(len(whole[path])))
    assert written(root, built_viewer, out, packed=packed).written == 0  # of what is whole sizes are looked at alone
    kept = sorted(wrong)[::3]
    for path in kept:
        (out / path).write_bytes(whole[path])
    for path in out.glob(f"r/*/{LIST}"):
        path.unlink()
    inodes = {path: (out / path).stat().st_ino for path in kept}
    outcome = written(root, built_viewer, out, packed=packed)
    assert files(out) == whole
    assert {path: (out / path).stat().st_ino for path in kept} == inodes
    assert outcome.repaired == len(wrong) - len(kept)


def test_a_site_that_is_whole_is_not_read_again(
    root: Path, built_viewer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    written(root, built_viewer, out)
    read: list[str] = []
    target = FolderTarget(out)
    info = target.info
    monkeypatch.setattr(target, "info", lambda path: (read.append(path), info(path))[1])
    assert write_site(planned(root, built_viewer), target).written == 0
    assert not [path for path in read if path.startswith("r/")]


def test_what_cannot_be_published_says_why(public: Path, root: Path, built_viewer: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not say what is in its files"):
        planned(public, built_viewer)
    with pytest.raises(BadInput, match="no viewer to publish"):
        planned(root, tmp_path / "none")
    with pytest.raises(BadInput, match="another machine"):
        plan_site(open_catalog({"far": "https://127.0.0.1:1/data"}), title="Far", packed=True, static=built_viewer)


@pytest.mark.parametrize(
    ("names", "fault"), [(["3.json", "x.json"], "not named after a unit"), (["4294967296.json"], "not named after")]
)
def test_a_zip_that_holds_something_else_has_no_index(tmp_path: Path, names: list[str], fault: str) -> None:
    with (tmp_path / "0.zip").open("wb") as file:
        writer = ZipWriter(file.write)
        for name in names:
            writer.add(name, b"{}")
        writer.finish()
    with pytest.raises(BrokenData, match=fault):
        index_of_zip(FolderStore(tmp_path), "0.zip")
    with pytest.raises(BrokenData, match="not there any more"):
        index_of_zip(FolderStore(tmp_path), "1.zip")


def test_a_dataset_that_changes_meanwhile_is_said(
    root: Path, built_viewer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neuronscope.dataset.store.PIECE", 100)
    zipped = root / layout.zip_path(layout.RECORDS, 3)
    groups = (group for release in planned(root, built_viewer).releases for group in release.groups)
    piece = next(one for group in groups for one in group if one.path == "3.zip" and one.known)
    pieces = iter(piece.read())
    next(pieces)
    zipped.write_bytes(zipped.read_bytes() + b" ")
    with pytest.raises(StorageFailed, match="was changed while it was being read"):
        next(pieces)


def test_releases_are_given_out_as_they_are_planned(root: Path, built_viewer: Path) -> None:
    begun: list[Release] = []
    plan = plan_site(open_catalog({"tiny": str(root)}), title="T", packed=True, static=built_viewer, begin=begun.append)
    assert len(begun) > 3
    assert {release.folder for release in begun} == {release.folder for release in plan.releases}


def test_the_first_zip_is_given_out_before_the_next_is_looked_at(root: Path, built_viewer: Path) -> None:
    looked: list[str] = []

    class Watching(FolderStore):
        def stat(self, path: str) -> Stat | None:
            looked.append(path)
            return super().stat(path)

    zips = [layout.zip_path(layout.RECORDS, layer) for layer in LAYERS]
    begun: list[list[str]] = []

    def begin(release: Release) -> None:
        for _ in release.groups:
            begun.append([path for path in zips if path in looked])

    catalog = Catalog({"tiny": Dataset(Watching(root), name="tiny")})
    plan_site(catalog, title="T", packed=True, static=built_viewer, begin=begin)
    assert begun[:2] == [zips[:1], zips]


def test_groups_are_looked_at_once_and_gone_through_more_often() -> None:
    looked: list[int] = []

    def look(number: int) -> list[Piece]:
        looked.append(number)
        if looked.count(2) == 1 and number == 2:
            raise StorageFailed("changed meanwhile")
        return [Piece(f"{number}", list)]

    planned = Planned(partial(look, number) for number in range(4))
    assert next(iter(planned))[0].path == "0"
    assert looked == [0]
    with pytest.raises(StorageFailed):
        list(planned)
    assert [group[0].path for group in planned] == [group[0].path for group in planned] == ["0", "1", "2", "3"]
    assert looked == [0, 1, 2, 2, 3]


def test_what_is_copied_waits_for_no_library_of_the_server() -> None:
    code = (
        "import sys, neuronscope_server.publish.plan, neuronscope_server.publish.writing, neuronscope_server.catalog\n"
        "print([name for name in ('flask', 'werkzeug', 'numpy', 'pyarrow') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_site_of_which_a_file_cannot_be_made_stays_the_older_one(
    root: Path, built_viewer: Path, tmp_path: Path
) -> None:
    def refuses() -> list[bytes]:
        raise BrokenData("this cannot be read")

    target = FolderTarget(tmp_path / "site")
    written(root, built_viewer, tmp_path / "site")
    before = {path: target.read(path) for path in target.sizes()}
    plan = replace(planned(root, built_viewer), releases=[Release("r/new", [[Piece("0.json", refuses)]])])
    with pytest.raises(BrokenData, match="cannot be read"):
        write_site(plan, target)
    assert {path: target.read(path) for path in before} == before
    assert target.read(f"r/new/{LIST}") is None


def test_a_disk_that_fails_leaves_the_older_site_or_none(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    def fails() -> list[bytes]:
        raise StorageFailed("Cannot read 0.json: it burns.")

    plan = planned(root, built_viewer)
    failing = replace(plan, releases=[*plan.releases, Release("r/new", [[Piece("0.json", fails)]])])
    target = FolderTarget(tmp_path / "site")
    for _ in range(2):  # what was written of a site is none
        with pytest.raises(StorageFailed, match=r"written, so there is no site yet\. Cannot read 0\.json: it burns\.$"):
            write_site(failing, target)
    write_site(plan, target)
    with pytest.raises(StorageFailed, match=r"written, so the site is the older one\. Cannot"):
        write_site(failing, target)


def test_what_two_datasets_share_is_written_once(root: Path, built_viewer: Path, tmp_path: Path) -> None:
    catalog = open_catalog({"one": str(root), "two": str(root)})
    told: list[str] = []
    plan = plan_site(catalog, title="Twice", packed=True, static=built_viewer)
    write_site(plan, FolderTarget(tmp_path / "site"), told=told.append)
    assert len(told) == len(set(told))


def test_planning_builds_no_search_index(
    root: Path, built_viewer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[object] = []
    monkeypatch.setattr("neuronscope_server.indexes.build_search_index", lambda *given: built.append(given))
    before = set(threading.enumerate())
    written(root, built_viewer, tmp_path / "site")
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert built == []


def test_the_command(runner: CliRunner, commands: typer.Typer, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    ask = ["export", "site", f"tiny={root}", "--out", str(out), "--title", "Tiny"]
    dry = runner.invoke(commands, [*ask, "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert not out.exists()
    made = runner.invoke(commands, [*ask, "--json"])
    told = json.loads(made.stdout)
    assert told["written"] == told["files"] == len(files(out))
    size = f"{told['bytes'] / 1e6:,.1f} MB"
    assert dry.output.splitlines()[-1] == f"{told['files']:,} of {told['files']:,} files would be written, {size}."
    assert entry(out)["name"] == "tiny"
    again = runner.invoke(commands, [*ask, "--dry-run", "--json"])
    assert json.loads(again.stdout) == {"files": told["files"], "bytes": 0, "missing": []}
    assert "0 of them written now" in runner.invoke(commands, ask).output
    (out / entry(out)["places"][layout.RECORDS] / "3.zip").unlink()
    assert "1 of those were damaged or missing there, and are repaired." in runner.invoke(commands, ask).output
    assert "Example:" in runner.invoke(commands, ["export", "site", "--help"]).output
    (refused,) = [runner.invoke(commands, ["export", "site", str(root), "--out", str(root)])]
    assert isinstance(refused.exception, BadInput)


def test_a_zip_of_another_program_is_indexed_too(tmp_path: Path) -> None:
    """With an extra field in front of its data, and a gap after it."""
    data = [json.dumps({"unit": unit}).encode() * 9 for unit in (3, 900)]
    packed = [deflated(one) for one in data]
    body, central = b"", b""
    for unit, plain, stream in zip((3, 900), data, packed, strict=True):
        name = f"{unit}.json".encode()
        common = struct.pack("<4H3L", 0, 8, 0, 0x21, zlib.crc32(plain), len(stream), len(plain))
        central += b"PK\x01\x02" + struct.pack("<2H", 20, 20) + common
        central += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, len(body)) + name
        body += (
            b"PK\x03\x04" + struct.pack("<H", 20) + common + struct.pack("<2H", len(name), 5) + name + b"extra" + stream
        )
        body += b"gap"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(central), len(body), 0)
    (tmp_path / "7.zip").write_bytes(body + central + end)
    (tmp_path / "7.idx").write_bytes(index_of_zip(FolderStore(tmp_path), "7.zip"))
    assert [member(tmp_path, 7, unit) for unit in (3, 900, 4)] == [*data, None]


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def test_a_base_path_and_a_place_for_suggestions_are_in_the_site(
    runner: CliRunner, commands: typer.Typer, root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    ask = ["export", "site", f"tiny={root}", "--out", str(out)]
    template = "https://example.org/new?unit={layer}:{unit}&from={url}"
    made = runner.invoke(commands, [*ask, "--base-path", "/lab/", "--suggest-url", template])
    assert made.exit_code == 0, made.output
    page = (out / "index.html").read_text(encoding="utf-8")
    assert '<base href="/lab/">' in page
    assert "base-uri 'self'" in page
    assert json.loads((out / "api/site.json").read_bytes())["suggest"] == template
    for wrong in (["--base-path", "lab"], ["--base-path", '/"><script>/'], ["--suggest-url", "javascript:alert(1)"]):
        assert isinstance(runner.invoke(commands, [*ask, *wrong]).exception, BadInput)
    for template, fault in (
        ("https://example.org/{neuron}", "{neuron} means nothing"),
        ("https://example.org/{layer", "a { in it is alone"),
        ("https://example.org/{layer}}", "a } in it is alone"),
        ("https://example.org/{{unit}", "a { in it is alone"),
        ("https://example.org/{}", "{} means nothing"),
    ):
        said = str(runner.invoke(commands, [*ask, "--suggest-url", template]).exception)
        assert fault in said
        assert "In braces stand dataset, layer, unit or url" in said
    for path in ("/lab/../neurons/", "/../", "/lab/./"):
        said = str(runner.invoke(commands, [*ask, "--base-path", path]).exception)
        assert "without . and .." in said
    assert checked_base("/lab/v1..2/") == "/lab/v1..2/"


def test_a_title_that_is_empty_counts_as_not_given(
    runner: CliRunner, commands: typer.Typer, root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    made = runner.invoke(commands, ["export", "site", f"tiny={root}", "--out", str(out), "--title", " "])
    assert made.exit_code == 0, made.output
    assert json.loads((out / "api/site.json").read_bytes())["title"] == "Neuronscope"


@pytest.mark.parametrize("dry", [True, False])
def test_a_site_lies_in_none_of_its_datasets(
    runner: CliRunner, commands: typer.Typer, root: Path, tmp_path: Path, dry: bool
) -> None:
    before = files(root)
    (tmp_path / "link").symlink_to(root)
    for given, out in ((root, root), (root, root / "site"), (root, tmp_path / "link/site"), (tmp_path / "link", root)):
        ask = ["export", "site", f"tiny={given}", "--out", str(out), *(["--dry-run"] if dry else [])]
        refused = runner.invoke(commands, ask).exception
        assert isinstance(refused, BadInput)
        assert str(refused) == f"--out is {out}, in the dataset {given}: name a place outside it."
    assert files(root) == before
    assert runner.invoke(commands, ["export", "site", str(root), "--out", f"{root}-site"]).exit_code == 0
    for nowhere in ("", " "):
        refused = runner.invoke(commands, ["export", "site", str(root), "--out", nowhere]).exception
        assert "The place to write to is empty" in str(refused)
