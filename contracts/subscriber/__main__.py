"""`python -m contracts.subscriber`: the subscriber's command."""

import sys

from contracts.subscriber.command import main

sys.exit(main())
