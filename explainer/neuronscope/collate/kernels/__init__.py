"""The inner loops of a collation, compiled when they are first called; importing this needs numba.

They let go of Python's lock, so that several threads run them side by side. What they take and give are arrays and
plain tuples of arrays: numba keeps compiled code beside the source, and could not read it again if a class in it were
gone.
"""
