"""What a drop says of itself: IMF and DCP packages, lists of hashes, delivery manifests. It is read, never believed.

Manifests are claims about the files beside them. Here they become entries that name files and say what should be in
them, and entries are held against what the walk found and what the bytes are. Nothing is opened that the walk didn't
list, and nothing is judged.
"""
