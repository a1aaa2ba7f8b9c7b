"""Views of units in a notebook, and reports in one HTML file. Loads no model library."""
