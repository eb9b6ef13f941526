#!/bin/sh
# refold.sh [YEAR]: every closed year (or one) folded again from the logs alone, apart from the services, and compared
# with what was decided. Ends with code 1 on any difference: an alarm, never a matter of routine. Every difference is a
# line of the log; with ZHUCUN_METRICS (a folder that a node exporter's textfile collector reads) also a metric.
set -eu
year=${1:-}
exec zhucun refold ${year:+--year "$year"} ${ZHUCUN_METRICS:+--metrics "$ZHUCUN_METRICS/zhucun_refold.prom"}
