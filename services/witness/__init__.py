"""The witness: who runs it cosigns checkpoints of logs of others, and only such as extend what it has cosigned before.

An audit bureau or an archive runs it, away from the operator of the logs. It speaks C2SP tlog-witness and knows nothing
of villages: any log with a signed checkpoint may be witnessed.
"""
