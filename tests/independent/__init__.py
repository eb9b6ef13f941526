"""What zhucun writes, checked by tools that the project did not write."""
