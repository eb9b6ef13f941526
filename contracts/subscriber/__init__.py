"""For whoever subscribes: receive one's own scope, check every byte of it, lose nothing, take nothing twice.

    credentials = Credentials.read(Path("bureau.creds"))
    await follow(credentials, LinesFile(Path("events.jsonl"), credentials.scope))

Installs with `zhucun-contracts[subscriber]`; needs nothing of the services.
"""
