"""The command line, ``neuronscope``: arguments in, exit code out.

0 done · 1 found faults or did part · 2 bad input · 3 disk or network failed, or stored data broken · 130 interrupted.
"""

from neuronscope.cli.app import build_app, main

__all__ = ["build_app", "main"]
