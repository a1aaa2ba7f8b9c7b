"""Neuronscope: what the units of a language model respond to. Everything that is not HTTP lives in this package."""

__version__ = "0.1.0"
