"""Hugging Face models: a folder, a hub id or a .gguf file in, a causal language model and its tokenizer out."""

from neuronscope.pretrained.files import ModelFiles as ModelFiles
from neuronscope.pretrained.loading import Pretrained as Pretrained
from neuronscope.pretrained.loading import load_pretrained as load_pretrained
