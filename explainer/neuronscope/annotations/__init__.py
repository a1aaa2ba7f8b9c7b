"""What people write at run time: explanations, votes, and scores of them; in a database, never in a dataset's files.

``nouns`` and ``export`` are plain; ``store`` holds the database and brings SQLAlchemy along.
"""
