-- The sealed log of one service, its inbox of other logs, and the marks of its projections.
--
-- Applied by migrations.py as zhucun_owner, once, as migration 1. Formats: ledger.md 1-3.
--
-- The log proper (event, log_index, tree_node, checkpoint) and the inbox are written once. UPDATE, DELETE and TRUNCATE
-- are refused by trigger to everybody, the owner included, and are not granted to anybody else. The service writes the
-- log through append(), seal() and sign_off() alone, which run as the owner: no statement of a service can put an event
-- beside its stream's head.
--
-- Streams are compared byte by byte (COLLATE "C"), so all streams `kind/subject` and `kind/subject/...` are one range
-- of the index on (stream, version). Reading by subject therefore needs no index of its own: use events_of_subject()
-- and inbox_of_subject().

create schema ledger;

-- Streams -------------------------------------------------------------------------------------------------------------

create table ledger.stream_head (
    stream   text collate "C" primary key,
    version  integer     not null,
    follows  integer     not null,              -- the version that the last append was decided on
    leaf     bytea,
    recorded timestamptz
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

comment on table ledger.stream_head is
    'Last version of every stream. Version 0 marks a stream that does not exist, on whose absence somebody relied.';

create table ledger.event (
    position bigint  generated always as identity primary key,
    version  integer not null,
    id       uuid    not null unique,
    stream   text collate "C" not null,
    leaf     bytea   not null,
    body     bytea   not null,
    unique (stream, version)
);

comment on column ledger.event.position is
    'Order of arrival: follows the versions of a stream, has gaps, is not the order of commits. Read by log_index.idx.';

create table ledger.pending (
    position  bigint   primary key,             -- the first of positions
    positions bigint[] not null,
    count     integer  not null                 -- their number
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

comment on table ledger.pending is 'One row per append that is committed and not yet numbered.';

create table ledger.receipt (
    caller         text collate "C" not null,
    key            text collate "C" not null,
    request_digest bytea not null,
    answer         bytea not null,
    created        timestamptz not null default now(),
    primary key (caller, key)
);

create table ledger.disclosure (
    event     uuid not null,
    digest    text collate "C" not null,
    text      text,
    erased_at timestamptz,
    primary key (event, digest),
    check ((text is null) = (erased_at is not null))
);

-- The sealed log ------------------------------------------------------------------------------------------------------

create table ledger.log_index (
    idx      bigint primary key,
    position bigint not null unique,
    leaf     bytea  not null
);

create table ledger.tree_node (
    level integer  not null check (level > 0 and level % 8 = 0),
    n     bigint   not null,
    hash  bytea    not null check (octet_length(hash) = 32),
    primary key (level, n)
);

comment on table ledger.tree_node is 'Root of the full subtree over the leaves [n * 2^level, (n + 1) * 2^level).';

create table ledger.log_state (
    single boolean primary key default true check (single),
    size   bigint  not null,
    root   bytea   not null check (octet_length(root) = 32)
);
insert into ledger.log_state (size, root) values (0, sha256(''));

create table ledger.checkpoint (
    size      bigint primary key,
    note      text        not null,             -- signed note of the checkpoint, exactly as published
    signed_at timestamptz not null default now()
);

comment on table ledger.checkpoint is
    'Events with idx < max(size) may be published; the others are numbered but not yet signed for.';

create table ledger.relay_mark (
    single boolean primary key default true check (single),
    next   bigint  not null                     -- first index not known to be acknowledged by the bus
);
insert into ledger.relay_mark (next) values (0);

-- What came from other logs -------------------------------------------------------------------------------------------

create table ledger.inbox (
    origin   text collate "C" not null,
    idx      bigint      not null,
    version  integer     not null,
    id       uuid        not null,
    stream   text collate "C" not null,
    type     text        not null,
    leaf     bytea       not null,
    body     bytea       not null,
    received timestamptz not null default now(),
    primary key (origin, idx),
    unique (stream, version, origin)
);

create table ledger.inbox_mark (
    origin          text collate "C" primary key,
    next            bigint  not null default 0,
    frontier        bytea[] not null default '{}',   -- compact range of the leaves [0, next), largest subtree first
    checkpoint_size bigint  not null default 0,
    checkpoint_note text
);

-- Projections ---------------------------------------------------------------------------------------------------------

create table ledger.projection_mark (
    projection text    not null,
    generation integer not null,
    origin     text collate "C" not null,
    next       bigint  not null,
    primary key (projection, generation, origin)
);

create table ledger.view_current (
    view       text primary key,
    generation integer not null,                -- its tables are in the schema <view>_g<generation>
    code       integer not null                 -- generation of the projection's code that built it
);

-- Written once --------------------------------------------------------------------------------------------------------

create function ledger.refuse() returns trigger language plpgsql as $$
begin
    raise exception '% of ledger.% is refused: what is written in a log is never changed', tg_op, tg_table_name
        using errcode = 'ZC900';
end $$;

create trigger written_once before update or delete or truncate on ledger.event
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.log_index
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.tree_node
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.checkpoint
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.inbox
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.receipt
    for each statement execute function ledger.refuse();
create trigger never_emptied before delete or truncate on ledger.stream_head
    for each statement execute function ledger.refuse();
create trigger never_emptied before delete or truncate on ledger.log_state
    for each statement execute function ledger.refuse();

-- Append --------------------------------------------------------------------------------------------------------------

-- Appends one decision: receipt, heads, events, disclosures; all or nothing, in one round trip.
--
-- True when it appended, false when (caller, key) has a receipt already, then nothing was appended. Raises ZC001 with
-- the stream as DETAIL when a stream no longer stands at the version the decision was made on.
--
-- Locks are taken in one order by everybody, so no two appends can deadlock: the receipt's key first (there is at most
-- one), then every stream in byte order. Positions are drawn only after all heads are locked: within a stream they
-- follow the versions, and two appends that share a stream never interleave. READ COMMITTED is needed: each statement
-- must see what the one waited for has committed.
create function ledger.append(
    _caller text, _key text, _request_digest bytea, _answer bytea,
    _streams text[], _follows integer[], _versions integer[], _leaves bytea[], _recorded timestamptz[],
    _guards text[], _guard_versions integer[],
    _ids uuid[], _event_streams text[], _event_versions integer[], _event_leaves bytea[], _bodies bytea[],
    _disclosed uuid[], _digests text[], _texts text[]
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    _at    record;
    _moved text[];
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append needs READ COMMITTED' using errcode = 'ZC901';
    end if;

    if _key is not null then
        insert into ledger.receipt (caller, key, request_digest, answer)
        values (_caller, _key, _request_digest, _answer) on conflict do nothing;
        if not found then
            return false;
        end if;
    end if;

    if cardinality(_guards) > 0 then
        for _at in
            select s.stream, s.version, s.guard
            from (select unnest(_guards), unnest(_guard_versions), true
                  union all select unnest(_streams), unnest(_follows), false) s (stream, version, guard)
            order by s.stream collate "C"
        loop
            if _at.version = 0 then          -- a row to lock: nobody may create the stream meanwhile
                insert into ledger.stream_head (stream, version, follows) values (_at.stream, 0, 0)
                on conflict do nothing;
            end if;
            if _at.guard then
                perform from ledger.stream_head h where h.stream = _at.stream and h.version = _at.version for share;
            else
                perform from ledger.stream_head h where h.stream = _at.stream and h.version = _at.version
                for no key update;
            end if;
            if not found then
                raise exception 'stream % has changed', _at.stream using errcode = 'ZC001', detail = _at.stream;
            end if;
        end loop;
    end if;

    if cardinality(_streams) > 0 then
        with moved as (
            insert into ledger.stream_head as h (stream, version, follows, leaf, recorded)
            select s.stream, s.version, s.follows, s.leaf, s.recorded
            from unnest(_streams, _versions, _follows, _leaves, _recorded) s (stream, version, follows, leaf, recorded)
            order by s.stream collate "C"
            on conflict (stream) do update
                set version = excluded.version, follows = excluded.follows,
                    leaf = excluded.leaf, recorded = excluded.recorded
                where h.version = excluded.follows
            -- xmax is 0 for a row just inserted: a stream that was never there cannot stand at a version above 0
            returning h.stream, h.follows = 0 or h.xmax <> 0 as held
        )
        select array_agg(m.stream) into _moved from moved m where m.held;
        if cardinality(_moved) is distinct from cardinality(_streams) then
            select s.stream into _at from unnest(_streams) s (stream)
            where s.stream <> all (coalesce(_moved, '{}')) order by s.stream collate "C" limit 1;
            raise exception 'stream % has changed', _at.stream using errcode = 'ZC001', detail = _at.stream;
        end if;

        with written as (
            insert into ledger.event (id, stream, version, leaf, body)
            select e.id, e.stream, e.version, e.leaf, e.body
            from unnest(_ids, _event_streams, _event_versions, _event_leaves, _bodies)
                with ordinality e (id, stream, version, leaf, body, nth)
            order by e.nth
            returning position
        )
        insert into ledger.pending (position, positions, count)
        select min(w.position), array_agg(w.position order by w.position), count(*) from written w;
    end if;

    if cardinality(_disclosed) > 0 then
        insert into ledger.disclosure (event, digest, text)
        select * from unnest(_disclosed, _digests, _texts);
    end if;
    return true;
end $$;

-- append() for one event and no guards, most commands by far: the same guarantees without arrays, at half the cost.
create function ledger.append_one(
    _caller text, _key text, _request_digest bytea, _answer bytea,
    _stream text, _follows integer, _recorded timestamptz, _id uuid, _leaf bytea, _body bytea,
    _digests text[], _texts text[]
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    _held     boolean;
    _position bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append needs READ COMMITTED' using errcode = 'ZC901';
    end if;

    if _key is not null then
        insert into ledger.receipt (caller, key, request_digest, answer)
        values (_caller, _key, _request_digest, _answer) on conflict do nothing;
        if not found then
            return false;
        end if;
    end if;

    insert into ledger.stream_head as h (stream, version, follows, leaf, recorded)
    values (_stream, _follows + 1, _follows, _leaf, _recorded)
    on conflict (stream) do update
        set version = excluded.version, follows = excluded.follows, leaf = excluded.leaf, recorded = excluded.recorded
        where h.version = excluded.follows
    returning h.follows = 0 or h.xmax <> 0 into _held;
    if _held is not true then
        raise exception 'stream % has changed', _stream using errcode = 'ZC001', detail = _stream;
    end if;

    insert into ledger.event (id, stream, version, leaf, body)
    values (_id, _stream, _follows + 1, _leaf, _body) returning position into _position;
    insert into ledger.pending (position, positions, count) values (_position, array[_position], 1);

    if _digests is not null then
        insert into ledger.disclosure (event, digest, text) select _id, * from unnest(_digests, _texts);
    end if;
    return true;
end $$;

-- Seal ----------------------------------------------------------------------------------------------------------------

-- Gives the events of the pending rows _taken the indexes from _size on, in the order of their positions; _leaves are
-- their leaf hashes in that order, 32 bytes each, as the sealer hashed them into _new_root. Compare-and-set on (size,
-- root): raises ZC002 when the log does not stand where the sealer left it, whatever the sealer believes to hold.
-- Called in a transaction of its own.
create function ledger.seal(
    _size bigint, _root bytea, _new_root bytea, _taken bigint[], _leaves bytea,
    _levels integer[], _ns bigint[], _hashes bytea[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    _numbered bigint;
    _deleted  bigint;
begin
    update ledger.log_state s set size = _size + length(_leaves) / 32, root = _new_root
    where s.size = _size and s.root = _root;
    if not found then
        raise exception 'the log does not stand at size %', _size using errcode = 'ZC002';
    end if;
    insert into ledger.log_index (idx, position, leaf)
    select _size + u.nth - 1, u.position, substring(_leaves from (u.nth::integer - 1) * 32 + 1 for 32)
    from (
        select e.position, row_number() over (order by p.position, e.position) as nth
        from ledger.pending p cross join unnest(p.positions) e (position) where p.position = any (_taken)
    ) u
    order by u.nth;
    get diagnostics _numbered = row_count;
    delete from ledger.pending p where p.position = any (_taken);
    get diagnostics _deleted = row_count;
    if _numbered * 32 <> length(_leaves) or _deleted <> cardinality(_taken) then
        raise exception 'the pending events are not those that were hashed' using errcode = 'ZC002';
    end if;
    insert into ledger.tree_node (level, n, hash) select * from unnest(_levels, _ns, _hashes);
end $$;

-- Records the signed checkpoint of the size; readers listen on ledger_sealed (payload: the size). Repeating it changes
-- nothing.
create function ledger.sign_off(_size bigint, _note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into ledger.checkpoint (size, note) values (_size, _note) on conflict do nothing;
    perform pg_notify('ledger_sealed', _size::text);
end $$;

-- Read by subject -----------------------------------------------------------------------------------------------------

-- '0' follows '/' in byte order: [kind/subject, kind/subject0) holds kind/subject itself and everything below
-- kind/subject/, and other streams such as kind/subject-2, which the second condition leaves out.
create function ledger.events_of_subject(_kinds text[], _subject text) returns setof ledger.event
language sql stable as $$
    select e.* from unnest(_kinds) k (kind)
    cross join lateral (
        select * from ledger.event e
        where e.stream >= k.kind || '/' || _subject and e.stream < k.kind || '/' || _subject || '0'
          and (e.stream = k.kind || '/' || _subject or starts_with(e.stream, k.kind || '/' || _subject || '/'))
        order by e.stream, e.version
    ) e
    order by e.stream, e.version
$$;

create function ledger.inbox_of_subject(_kinds text[], _subject text) returns setof ledger.inbox
language sql stable as $$
    select i.* from unnest(_kinds) k (kind)
    cross join lateral (
        select * from ledger.inbox i
        where i.stream >= k.kind || '/' || _subject and i.stream < k.kind || '/' || _subject || '0'
          and (i.stream = k.kind || '/' || _subject or starts_with(i.stream, k.kind || '/' || _subject || '/'))
        order by i.stream, i.version
    ) i
    order by i.stream, i.version, i.origin
$$;

-- Enter a view --------------------------------------------------------------------------------------------------------

-- Turns the search path of the transaction to the current generation of a view and keeps that generation from being
-- dropped until the transaction ends. Needs READ COMMITTED: the generation is read again after the lock was had, which
-- the dropper takes exclusively.
create function ledger.enter_view(_view text) returns integer
language plpgsql as $$
declare
    _generation integer;
    _again      integer;
begin
    loop
        select c.generation into _generation from ledger.view_current c where c.view = _view;
        if not found then
            raise exception 'there is no view %', _view using errcode = 'ZC003';
        end if;
        perform pg_advisory_xact_lock_shared(hashtextextended(_view || '_g' || _generation, 0));
        select c.generation into _again from ledger.view_current c where c.view = _view;
        exit when _again = _generation;
    end loop;
    perform set_config('search_path', quote_ident(_view || '_g' || _generation) || ', pg_catalog', true);
    return _generation;
end $$;

-- Who may do what -----------------------------------------------------------------------------------------------------

revoke execute on all functions in schema ledger from public;
grant usage on schema ledger to zhucun_service, zhucun_reader;
grant select on all tables in schema ledger to zhucun_service;
grant select on sequence ledger.event_position_seq to zhucun_service;
grant select on
    ledger.event, ledger.log_index, ledger.tree_node, ledger.log_state, ledger.checkpoint, ledger.stream_head,
    ledger.inbox, ledger.inbox_mark, ledger.relay_mark, ledger.projection_mark, ledger.view_current to zhucun_reader;
grant execute on function ledger.append, ledger.append_one, ledger.seal, ledger.sign_off to zhucun_service;
grant execute on function ledger.events_of_subject, ledger.inbox_of_subject, ledger.enter_view
    to zhucun_service, zhucun_reader;
grant update (text, erased_at) on ledger.disclosure to zhucun_service;
grant insert on ledger.inbox to zhucun_service;
grant update on ledger.relay_mark to zhucun_service;
grant insert, update on ledger.inbox_mark to zhucun_service;
grant insert, update, delete on ledger.projection_mark, ledger.view_current to zhucun_service;
