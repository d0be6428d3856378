"""Places in files where anything may stand and that no viewer shows: comments, private chunks, unknown boxes, gaps.

`search.py` looks whether a picture, a film or a document begins there; `readers.py` says where the places of which
format are. Credentials are among them: the thumbnails that they keep.
"""
