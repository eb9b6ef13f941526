-- Subscribing agencies and what each was sent. Migration 1 of the publisher's tables, applied by database.py as
-- zhucun_owner. Every statement may be repeated, for databases from before these were numbered. The events themselves
-- are in ledger.inbox of the same database.

create schema if not exists agency;

-- What personnel's log says of subscriptions (Subscription… events), as far as it was looked through.
create table if not exists agency.agency (
    name          text primary key,
    role          text        not null,
    places        text[]      not null,
    organisation  text,
    key           text        not null,           -- public NKey of the present credentials
    vkeys         text[]      not null,           -- who signs and signed for the scope's log, the present one first
    scope_version integer     not null default 1,
    granted       timestamptz not null,
    expires       timestamptz,
    revoked       timestamptz
);

create table if not exists agency.register (
    sole boolean primary key default true check (sole),
    next bigint not null
);
insert into agency.register (next) values (0) on conflict do nothing;

-- What an agency's stream may take of its server's disk: reserved before it is granted.
create table if not exists agency.disk (
    agency   text primary key,
    store_mb integer not null
);

-- The scope's log: entry n commits to one event of one log (contracts/scope_log.py). Written once.
create table if not exists agency.entry (
    agency text   not null references agency.agency,
    n      bigint not null,
    origin text collate "C" not null,
    idx    bigint not null,
    id     uuid   not null,
    primary key (agency, n),
    unique (agency, origin, idx),
    unique (agency, id)
);

create table if not exists agency.checkpoint (
    agency text   not null references agency.agency,
    size   bigint not null,
    note   text   not null,
    primary key (agency, size)
);

-- How far the logs were looked through for the scope, and the edge of its tree there.
create table if not exists agency.looked (
    agency text   not null references agency.agency,
    origin text collate "C" not null,
    next   bigint not null,
    primary key (agency, origin)
);

create table if not exists agency.edge (
    agency        text primary key references agency.agency,
    size          bigint  not null default 0,
    frontier      bytea[] not null default '{}',
    scope_version integer not null default 1       -- of the scope for which the marks above hold
);
alter table agency.edge add column if not exists matrix text not null default '';  -- the matrix's row likewise, its digest

-- Where in its stream the agency was sent what last: the place to go on from, whatever was written behind it.
create table if not exists agency.delivered (
    agency   text primary key references agency.agency,
    next     bigint not null,
    signed   bigint not null,
    sequence bigint not null
);

-- What the agency has acknowledged, as last seen.
create table if not exists agency.receipt (
    agency       text primary key references agency.agency,
    published    bigint      not null,
    acknowledged bigint      not null,
    behind_since timestamptz,                    -- since when what was published then is not acknowledged
    owed         bigint      not null default 0, -- the size that it has been behind since then
    seen         timestamptz not null
);

create or replace function agency.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'agency.% is written once', tg_table_name;
end
$$;

do $$
begin
    if not exists (select 1 from pg_trigger where tgname = 'agency_entry_written_once') then
        create trigger agency_entry_written_once before update or delete or truncate on agency.entry
            for each statement execute function agency.refuse();
        create trigger agency_checkpoint_written_once before update or delete or truncate on agency.checkpoint
            for each statement execute function agency.refuse();
    end if;
end
$$;

grant usage on schema agency to zhucun_service, zhucun_reader;
grant select on all tables in schema agency to zhucun_service, zhucun_reader;
grant insert on all tables in schema agency to zhucun_service;
grant update on agency.agency, agency.register, agency.disk, agency.looked, agency.edge, agency.delivered, agency.receipt
    to zhucun_service;
grant delete on agency.disk to zhucun_service;
