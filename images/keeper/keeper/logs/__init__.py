"""Logs of all containers as JSON lines: lines.py reads them, files.py keeps them, collector.py brings both
together, reader.py prints them."""
