"""The live model: loaded in the background, asked through a queue, answered below /api/models/{model}."""
