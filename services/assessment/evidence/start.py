"""Verifies the case that this file lies in: `python3 verify.py [--policy FILE] [--mirror DIR]`.

Needs Python 3.11 or later, and `cryptography` or `openssl` for the signatures. Read VERIFY.txt first.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.dont_write_bytecode = True  # a file more would be a file that is not listed
    sys.path.insert(0, str(HERE / "data" / "verifier"))
    from services.assessment.evidence.verify import main

    sys.exit(main(case=HERE))
