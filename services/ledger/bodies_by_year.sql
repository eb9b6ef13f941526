-- Migration 2: the bodies of a closed year may leave their row for a partition of that year.
--
-- ledger.event and ledger.inbox keep, for ever and in one piece, what must be unique for ever: ids, versions of streams,
-- indexes, leaves. Only the bytes of an event, nine tenths of a log, move: to ledger.body, partitioned by ranges of
-- indexes, one range per year and log. Nothing moves by itself: `zhucun log partition` (partitions.py), acting as the
-- owner, copies and then empties the row, and the row lets its body go only for the same bytes. Read bodies through
-- ledger.whole_event and ledger.whole_inbox, which look into a partition only where the row has none.

create table ledger.body (
    origin text collate "C" not null,           -- '' for the log that is kept here, else that of the inbox
    idx    bigint not null,
    body   bytea  not null,
    primary key (origin, idx)
) partition by range (origin, idx);

create table ledger.body_partition (
    name     text    primary key,
    origin   text    collate "C" not null,
    year     integer not null,
    first    bigint  not null,
    beyond   bigint  not null check (beyond > first),    -- indexes [first, beyond)
    complete boolean not null default false,
    unique (origin, year)
);

comment on column ledger.body_partition.year is
    'By the time of recording in Asia/Shanghai. What was recorded in it and sealed after it was closed lies in the next.';

alter table ledger.event alter column body drop not null;
alter table ledger.inbox alter column body drop not null;

-- A body leaves its row only when its partition holds the same bytes; no other change passes. ---------------------------

create function ledger.only_moved() returns trigger language plpgsql as $$
declare
    _restored record := new;
begin
    _restored.body := old.body;
    if new.body is null and old.body is not null and _restored is not distinct from old then
        if tg_table_name = 'event' then
            perform from ledger.log_index l join ledger.body b on b.origin = '' and b.idx = l.idx
            where l.position = old.position and b.body = old.body;
        else
            perform from ledger.body b where b.origin = old.origin and b.idx = old.idx and b.body = old.body;
        end if;
        if found then
            return new;
        end if;
    end if;
    raise exception '% of ledger.% is refused: what is written in a log is never changed', tg_op, tg_table_name
        using errcode = 'ZC900';
end $$;

drop trigger written_once on ledger.event;
drop trigger written_once on ledger.inbox;
create trigger written_once before update on ledger.event for each row execute function ledger.only_moved();
create trigger written_once before update on ledger.inbox for each row execute function ledger.only_moved();
-- Whatever is written comes with its bytes. After the row, for a trigger before it would make COPY go row by row.
create function ledger.without_bytes() returns trigger language plpgsql as $$
begin
    raise exception 'a row of ledger.% without its bytes is refused', tg_table_name using errcode = 'ZC900';
end $$;

create trigger written_whole after insert on ledger.event
    for each row when (new.body is null) execute function ledger.without_bytes();
create trigger written_whole after insert on ledger.inbox
    for each row when (new.body is null) execute function ledger.without_bytes();
create trigger never_emptied before delete or truncate on ledger.event
    for each statement execute function ledger.refuse();
create trigger never_emptied before delete or truncate on ledger.inbox
    for each statement execute function ledger.refuse();
create trigger written_once before update or delete or truncate on ledger.body
    for each statement execute function ledger.refuse();

-- Read ----------------------------------------------------------------------------------------------------------------

-- In plpgsql, not in the views: there each query of a stream, whose body is mostly in its row, would be planned with all
-- partitions (half as much work again for the server). Here they are planned once, and only where a body is apart. No
-- plan from the time when a partition was empty may scan it later.
create function ledger.own_body(_position bigint) returns bytea
language plpgsql stable parallel safe set enable_seqscan = off as $$
begin
    return (select b.body from ledger.log_index l join ledger.body b on b.origin = '' and b.idx = l.idx
            where l.position = _position);
end $$;

create function ledger.inbox_body(_origin text, _idx bigint) returns bytea
language plpgsql stable parallel safe set enable_seqscan = off as $$
begin
    return (select b.body from ledger.body b where b.origin = _origin and b.idx = _idx);
end $$;

create view ledger.whole_event as
    select e.position, e.version, e.id, e.stream, e.leaf, coalesce(e.body, ledger.own_body(e.position)) as body
    from ledger.event e;

create view ledger.whole_inbox as
    select i.origin, i.idx, i.version, i.id, i.stream, i.type, i.leaf,
        coalesce(i.body, ledger.inbox_body(i.origin, i.idx)) as body, i.received
    from ledger.inbox i;

create or replace function ledger.events_of_subject(_kinds text[], _subject text) returns setof ledger.event
language sql stable as $$
    select e.position, e.version, e.id, e.stream, e.leaf, e.body from unnest(_kinds) k (kind)
    cross join lateral (
        select * from ledger.whole_event e
        where e.stream >= k.kind || '/' || _subject and e.stream < k.kind || '/' || _subject || '0'
          and (e.stream = k.kind || '/' || _subject or starts_with(e.stream, k.kind || '/' || _subject || '/'))
        order by e.stream, e.version
    ) e
    order by e.stream, e.version
$$;

create or replace function ledger.inbox_of_subject(_kinds text[], _subject text) returns setof ledger.inbox
language sql stable as $$
    select i.origin, i.idx, i.version, i.id, i.stream, i.type, i.leaf, i.body, i.received from unnest(_kinds) k (kind)
    cross join lateral (
        select * from ledger.whole_inbox i
        where i.stream >= k.kind || '/' || _subject and i.stream < k.kind || '/' || _subject || '0'
          and (i.stream = k.kind || '/' || _subject or starts_with(i.stream, k.kind || '/' || _subject || '/'))
        order by i.stream, i.version
    ) i
    order by i.stream, i.version, i.origin
$$;

-- Move ----------------------------------------------------------------------------------------------------------------

-- A partition for the indexes [_first, _beyond) of a log, registered and written once like everything else. Attached,
-- not created in place: readers of the other partitions wait for nothing.
create function ledger.open_partition(
    _name text, _origin text, _year integer, _first bigint, _beyond bigint, _tablespace text
) returns void language plpgsql as $$
begin
    execute format(
        'create table ledger.%I (like ledger.body including all) %s', _name,
        case when _tablespace is null then '' else format('tablespace %I', _tablespace) end
    );
    execute format(
        'alter table ledger.body attach partition ledger.%I for values from (%L, %s) to (%L, %s)',
        _name, _origin, _first, _origin, _beyond
    );
    execute format(
        'create trigger written_once before update or delete or truncate on ledger.%I'
        ' for each statement execute function ledger.refuse()', _name
    );
    insert into ledger.body_partition (name, origin, year, first, beyond) values (_name, _origin, _year, _first, _beyond);
end $$;

-- Moves the bodies of the indexes [_first, _beyond) that are still in their rows; their number. Each must hash to the
-- leaf that was signed. In one transaction: no reader ever misses one.
create function ledger.move_bodies(_origin text, _first bigint, _beyond bigint) returns bigint language plpgsql as $$
declare
    _copied bigint;
    _freed  bigint;
begin
    if _origin = '' then
        insert into ledger.body (origin, idx, body)
        select '', l.idx, e.body from ledger.log_index l join ledger.event e using (position)
        where l.idx >= _first and l.idx < _beyond and e.body is not null
          and sha256('\x00'::bytea || e.body) = l.leaf;
        get diagnostics _copied = row_count;
        update ledger.event e set body = null from ledger.log_index l
        where l.position = e.position and l.idx >= _first and l.idx < _beyond and e.body is not null;
    else
        insert into ledger.body (origin, idx, body)
        select i.origin, i.idx, i.body from ledger.inbox i
        where i.origin = _origin and i.idx >= _first and i.idx < _beyond and i.body is not null
          and sha256('\x00'::bytea || i.body) = i.leaf;
        get diagnostics _copied = row_count;
        update ledger.inbox i set body = null
        where i.origin = _origin and i.idx >= _first and i.idx < _beyond and i.body is not null;
    end if;
    get diagnostics _freed = row_count;
    if _freed <> _copied then    -- unreachable while the rows' own trigger stands, which refuses the first such row
        raise exception 'a body does not hash to its leaf' using errcode = 'ZC904';
    end if;
    return _copied;
end $$;

revoke execute on all functions in schema ledger from public;
grant execute on function ledger.own_body, ledger.inbox_body to zhucun_service, zhucun_reader;
grant select on ledger.body, ledger.body_partition, ledger.whole_event, ledger.whole_inbox
    to zhucun_service, zhucun_reader;
