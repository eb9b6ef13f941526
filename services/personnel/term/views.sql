-- View `standing`: what follows from people's service, and how their units stand. Own log and assessment's.

create table {schema}.service (
    person    text not null,
    team      text not null,
    unit      text not null,
    village   text not null,
    starts_on date not null,
    last_day  date,
    forced    boolean not null default false,
    primary key (person, team, starts_on)
);
create index on {schema}.service (unit);

create table {schema}.experience (
    event     text primary key,
    person    text not null,
    starts_on date not null,
    last_day  date not null,
    forced    boolean not null
);
create index on {schema}.experience (person);

create table {schema}.priority (
    event        text primary key,
    person       text not null,
    commendation text not null,
    level        text not null,
    recorded_on  date not null
);
create index on {schema}.priority (person);

create table {schema}.compensation (
    person     text not null,
    leave      text not null,
    unit       text not null,
    village    text not null,
    days       integer not null,
    granted_on date not null,
    starts_on  date,
    ends_on    date,
    primary key (person, leave)
);
create index on {schema}.compensation (village text_pattern_ops);

-- What a unit did against the measures: asking people back for its own work, seconding them.
create table {schema}.misdeed (
    event text primary key,
    unit  text not null,
    kind  text not null check (kind in ('withdrawal_attempts', 'secondments')),
    year  integer not null
);
create index on {schema}.misdeed (unit, year);

-- City commendations that assessment recorded. Fed by assessment alone.
create table {schema}.advanced (
    person text not null,
    year   integer not null,
    event  text not null,
    primary key (person, year)
);

-- The latest determination of each person-year. Fed by assessment alone.
create table {schema}.determined (
    person        text not null,
    year          integer not null,
    determination integer not null,
    outcome       text not null,
    on_post       integer, -- days on post that it rests on
    posted        integer, -- posted days of the year that it counted
    primary key (person, year)
);
