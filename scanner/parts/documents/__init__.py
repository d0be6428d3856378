"""What documents hold: pictures and files embedded in them, and what they refer to outside."""
