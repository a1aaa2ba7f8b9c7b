"""The inner loops of a collation, compiled when they are first called; importing this needs numba."""
