"""The declared streams and durables as resources of Kubernetes (NACK, `jetstream.nats.io/v1beta2`): pure.

The same declarations that `apply` creates and a starting service compares, so that a cluster may be told of them in
its own way and still nothing can differ.
"""

from typing import Any

from nats.js.api import ConsumerConfig, StreamConfig

from services.ledger.bus import NOBODY, Consumers, declare_durable, declare_stream, durables, services_of

API = "jetstream.nats.io/v1beta2"


def resources(consumers: Consumers, *, readers: Consumers = NOBODY, replicas: int = 3) -> dict[str, Any]:
    """A List of one Stream per log and one Consumer per follower; nothing in it may be deleted through the cluster."""
    streams = [_stream(declare_stream(service, replicas)) for service in services_of(consumers)]
    followers = [
        _consumer(str(declare_stream(source).name), declare_durable(consumer, source))
        for consumer, source in durables(consumers, readers)
    ]
    return {"apiVersion": "v1", "kind": "List", "items": [*streams, *followers]}


def _stream(declared: StreamConfig) -> dict[str, Any]:
    assert declared.retention is not None
    assert declared.storage is not None
    assert declared.discard is not None
    assert declared.compression is not None
    return _resource(
        "Stream",
        str(declared.name).lower(),
        {
            "name": declared.name,
            "subjects": declared.subjects,
            "retention": declared.retention.value,
            "storage": declared.storage.value,
            "replicas": declared.num_replicas,
            "maxConsumers": declared.max_consumers,
            "maxMsgs": declared.max_msgs,
            "maxMsgsPerSubject": declared.max_msgs_per_subject,
            "maxBytes": declared.max_bytes,
            "maxAge": "",
            "maxMsgSize": declared.max_msg_size,
            "discard": declared.discard.value,
            "noAck": declared.no_ack,
            "duplicateWindow": f"{declared.duplicate_window:g}s",
            "denyDelete": declared.deny_delete,
            "denyPurge": declared.deny_purge,
            "allowRollup": declared.allow_rollup_hdrs,
            "allowDirect": declared.allow_direct,
            "compression": declared.compression.value,
        },
    )


def _consumer(stream: str, declared: ConsumerConfig) -> dict[str, Any]:
    assert declared.deliver_policy is not None
    assert declared.ack_policy is not None
    assert declared.replay_policy is not None
    return _resource(
        "Consumer",
        str(declared.durable_name),
        {
            "streamName": stream,
            "durableName": declared.durable_name,
            "deliverPolicy": declared.deliver_policy.value,
            "ackPolicy": declared.ack_policy.value,
            "ackWait": f"{declared.ack_wait:g}s",
            "maxDeliver": declared.max_deliver,
            "maxAckPending": declared.max_ack_pending,
            "replayPolicy": declared.replay_policy.value,
            "headersOnly": bool(declared.headers_only),
            "memStorage": bool(declared.mem_storage),
        },
    )


def _resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name}, "spec": {**spec, "preventDelete": True}}
