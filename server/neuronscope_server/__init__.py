"""JSON API over datasets, and the built viewer."""
