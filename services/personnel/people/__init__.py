"""What is kept of people outside the log: names, telephones, identity numbers, sealed and erasable."""
