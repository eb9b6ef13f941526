#!/bin/sh
# refold.sh [YEAR]: every closed year (or one) folded again from the logs alone, apart from the services, and compared
# with what was decided. Ends with code 1 on any difference: an alarm, never a matter of routine.
set -eu
year=${1:-}
exec zhucun refold ${year:+--year "$year"}
