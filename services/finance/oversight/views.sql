-- View `oversight`: board by person and month, opinions and flags, and what the clock found missing. Fen.

create table {schema}.board (
    person text   not null,
    unit   text   not null,
    month  text   not null,
    paid   bigint not null default 0,
    primary key (person, unit, month)
);

-- Days for which a payment out of a team's book holds a meal allowance: no board is due for them (A78).
create table {schema}.meal (
    person  text not null,
    day     date not null,
    team    text not null,
    kind    text not null,
    payment text not null,
    primary key (person, day)
);

create table {schema}.remark (
    event       uuid    primary key,
    idx         bigint  not null,
    sort        text    not null,
    team        text    not null,
    kind        text    not null,
    village     text    not null,
    name        text    not null,
    payment     text,
    amount      bigint,
    person      text    not null,
    role        text    not null,
    unit        text,
    recorded_on date    not null
);
create index on {schema}.remark (village text_pattern_ops);

create table {schema}.recipient (
    place text    not null,
    year  integer not null,
    primary key (year, place)
);

create table {schema}.said (
    event uuid    primary key,
    idx   bigint  not null,
    duty  text    not null,
    place text    not null,
    period text   not null,
    team  text,
    unit  text,
    person text,
    owed  bigint  not null,
    provided bigint not null,
    recorded_on date not null
);
create index on {schema}.said (place text_pattern_ops);
