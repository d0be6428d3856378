"""From a delivery folder to assets: walking, image sequences, identity. Nothing here looks at a picture."""
