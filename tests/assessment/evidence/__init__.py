"""Evidence bundles: made from small signed logs, verified, and tampered with in every way."""
