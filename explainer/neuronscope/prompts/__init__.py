"""Records to messages, and replies to what they say. Pure: templates and few-shot examples come in as values."""
