"""Trust lists for Content Credentials: how they are kept, and how they are downloaded when a person asks."""
