-- What is kept of people beside the log: sealed values that can be erased for good. Migration 1 of the tables `people`
-- (services/ledger/own_tables.py); harmless where they were made before these numbers. What must change comes as 2.

create schema if not exists people;

create table if not exists people.detail (
    person   text        not null,
    kind     text        not null check (kind in ('name', 'telephone', 'identity_number')),
    -- The place whose bodies may see it while the person is posted nowhere.
    area     text        not null,
    -- Of the key under which it is sealed: the first bytes of the key's SHA-256.
    key_id   bytea       not null check (octet_length(key_id) = 8),
    nonce    bytea       not null check (octet_length(nonce) = 12),
    sealed   bytea       not null,
    kept_at  timestamptz not null default now(),
    primary key (person, kind)
);

grant usage on schema people to zhucun_service;
grant select, insert, update, delete on people.detail to zhucun_service;
