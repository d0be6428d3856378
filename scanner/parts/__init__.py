"""What lies inside one file besides what it is known by.

Tracks, pages, items, covers, attachments, members, and bytes behind its end. `listing.py` is the one way in: it asks
the readers of a format, in the order of the file, and takes parts out within the bounds. Each file besides reads one
family of formats and knows nothing of drops, paper or reports.
"""
