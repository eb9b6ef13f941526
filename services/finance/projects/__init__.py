"""Projects in villages: their chain and their public notices (Art. 20)."""
