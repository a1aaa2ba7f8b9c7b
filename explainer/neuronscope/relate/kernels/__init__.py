"""The inner loops of relating, compiled when they are first called; importing this needs numba.

They let go of Python's lock, so that several threads run them side by side.
"""
