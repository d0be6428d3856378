"""How stills are built, which several readers have to know: segments, directories, chunks, surfaces."""
