"""Taking a dataset elsewhere: as it lies (``files``), or part of it, in today's form (``rewriting``)."""
