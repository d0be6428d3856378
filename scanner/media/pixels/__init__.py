"""Pictures of the formats that no general reader shows rightly in all their forms: OpenEXR, DPX, and deep TIFF."""
