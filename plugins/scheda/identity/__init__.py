"""What a person asks and decides about who is who: why, same, different, undo, review."""
