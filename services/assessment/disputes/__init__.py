"""Disputes and ordered re-assessments (A57, A62, A66)."""
