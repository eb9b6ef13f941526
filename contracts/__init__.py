"""What an outsider may rely on: event classes, canonical bytes, identifiers, calendars, proofs."""
