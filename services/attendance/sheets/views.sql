-- View `sheets`: monthly sheets version by version, and spot checks with their visits. Fed by attendance's own log alone.
-- Times of recording are the text of the event: fixed width, UTC, so text order is time order.

create table {schema}.sheet (
    team         text not null,
    month        text collate "C" not null,
    version      integer not null,
    place        text not null,
    stream       text not null,
    step         text not null,
    digest       text not null,
    corrects     integer,
    drafted      text collate "C" not null,
    signed       text collate "C",
    signer       text,
    submitted    text collate "C",
    submitted_on date,
    on_time      boolean,
    returned     text collate "C",
    reviewed     text collate "C",
    superseded   integer,
    touched      text collate "C",
    units        text[] not null,
    persons      integer not null,
    primary key (team, month, version)
);
create index on {schema}.sheet (place text_pattern_ops, month);

create table {schema}.filing (
    team      text not null,
    month     text collate "C" not null,
    version   integer not null,
    recipient text not null,
    recorded  text collate "C" not null,
    primary key (team, month, version, recipient)
);

create table {schema}.feedback (
    team     text not null,
    month    text collate "C" not null,
    version  integer not null,
    unit     text not null,
    place    text not null,
    stream   text not null,
    persons  integer not null,
    recorded text collate "C" not null,
    primary key (team, month, version, unit)
);
create index on {schema}.feedback (unit, recorded);

create table {schema}.overdue (
    team     text not null,
    month    text collate "C" not null,
    place    text not null,
    stream   text not null,
    due_on   date not null,
    recorded text collate "C" not null,
    primary key (team, month)
);
create index on {schema}.overdue (place text_pattern_ops);

create table {schema}.correction_request (
    event    uuid primary key,
    person   text not null,
    date     date not null,
    status   text not null,
    place    text not null,
    stream   text not null,
    recorded text collate "C" not null,
    settled  boolean not null default false
);
create index on {schema}.correction_request (place text_pattern_ops) where not settled;

create table {schema}.check_plan (
    check_id  text primary key,
    kind      text not null,
    area      text not null,
    starts_on date not null,
    ends_on   date not null,
    teams     text[] not null,
    seed      text,
    recorded  text collate "C" not null
);

create table {schema}.check_visit (
    check_id text not null,
    team     text not null,
    date     date not null,
    place    text not null,
    persons  integer not null,
    absent   integer not null,
    by_city  boolean not null,
    recorded text collate "C" not null,
    primary key (check_id, team, date)
);
create index on {schema}.check_visit (place text_pattern_ops, date);

-- The version of each team and month that is being worked on, with what is still missing.
create view {schema}.latest as
    select s.*,
        array(select recipient from {schema}.filing f
              where (f.team, f.month, f.version) = (s.team, s.month, s.version) order by 1) as filed,
        array(select unit from {schema}.feedback f
              where (f.team, f.month, f.version) = (s.team, s.month, s.version) order by 1) as fed_back
    from {schema}.sheet s
    where s.version = (select max(version) from {schema}.sheet o where (o.team, o.month) = (s.team, s.month));
