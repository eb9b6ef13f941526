-- Years of counties, proposals, and determinations by person and year; every determination stays readable.
create table {schema}.county_year (
    county  text not null,
    year    int  not null,
    opened  text,
    final   boolean not null default false,
    objects int,
    maximum int,
    primary key (county, year)
);
comment on column {schema}.county_year.opened is 'recordedtime of the opening';

create table {schema}.proposal (
    person   text not null,
    county   text not null,
    year     int  not null,
    grade    text not null,
    score    int  not null,
    inputs   text not null,
    proposed text not null,
    reviewed boolean not null default false,
    primary key (person, year)
);
create index on {schema}.proposal (county, year);
comment on table {schema}.proposal is 'The latest proposal; proposed is its recordedtime.';

create table {schema}.ground (
    person        text not null,
    year          int  not null,
    determination int  not null,
    ground        text not null,
    clause        text not null,
    primary key (person, year, determination, ground)
);

create table {schema}.determination (
    person        text not null,
    county        text not null,
    year          int  not null,
    determination int  not null,
    outcome       text not null,
    score         int,
    event         uuid not null,
    finalised     text not null,
    findings      jsonb not null,
    primary key (person, year, determination)
);
create index on {schema}.determination (county, year);
