"""The verifier of an evidence bundle: what a stranger runs, offline, and what travels inside every bundle.

Standard library only, but for `cryptography` where it is installed (`contracts.signatures`). It opens no connection,
reads no environment and no clock, and believes nothing that it has not checked itself.
"""
