"""The append-only signed log that every service keeps: store, sealer, relay, inbox, projection runner, feed.

Knows no event type: an event is bytes in an envelope, a stream is a name.
"""
