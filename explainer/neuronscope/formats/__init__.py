"""Other tools' files: a module per format, and what was read from one written into a dataset."""
