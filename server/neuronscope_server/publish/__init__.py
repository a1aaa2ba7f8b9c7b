"""A site as a folder of files, with no server: datasets and the built viewer in, files for any static host out."""
