-- View `selection`: rounds, candidates, chief captains. Own log only.

create table {schema}.round (
    round     text primary key,
    level     text not null,
    area      text not null,
    opened_on date not null,
    closes_on date not null,
    wanted    integer not null,
    closed_on date
);

create table {schema}.opinion (
    event text primary key,
    round text not null,
    body  text not null
);

create table {schema}.candidate (
    round        text not null,
    person       text not null,
    unit         text not null,
    unit_level   text not null,
    nominated_on date not null,
    attested     boolean not null default false,
    attested_by  text,
    preferences  text[] not null default array[]::text[],
    -- The event that holds the reasons of the screening behind a digest.
    screened_by  text,
    village      text,
    confirmed_on date,
    primary key (round, person)
);

-- Whom units named as chief captain or deputy, until somebody decides.
create table {schema}.proposed (
    person text primary key,
    county text not null,
    rank   text not null,
    unit   text not null,
    on_day date not null,
    event  text not null
);

create table {schema}.captain (
    person    text not null,
    county    text not null,
    rank      text not null,
    post      text not null,
    starts_on date not null,
    last_day  date,
    primary key (person, county, starts_on)
);
