"""How good the explanations of a dataset are: stored explanations and reports of runs in, one value or a page out."""
