"""Comparing fingerprints: what of the reference works is in an asset, where, and how sure that is.

Which file answers which question:

* Is this picture one of those? `picture.pictures`; of a list of foreign hashes, `picture.listed`. What speaks for it is
  gathered in `picture.evidence`.
* Of which film is this still a frame? `film.stills`.
* Where does this movie run along which film? `film.segments`: hashes vote for lines (`film.votes`), each line is
  followed to its exact ends (`film.refine`), local features add what was cropped, inset or turned (`film.details`), and
  single frames that belong to no stretch are looked for (`film.single_frames`).
* Which recording is heard where? `sound.listening`.

Shared by all: `levels` (how sure, and the measured rates behind it), `search` (the nearest of many hashes), `strip`
(the pictures of one asset on its clock), `pace`, `stoplist` (what means nothing by itself), `match` (what a match of
pictures says).
"""
