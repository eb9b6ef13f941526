-- Determinations by person and year; every version stays readable.
create table {schema}.county_year (
    county  text not null,
    year    int  not null,
    opened  boolean not null default false,
    final   boolean not null default false,
    objects int,
    maximum int,
    primary key (county, year)
);
create table {schema}.proposal (
    person text not null,
    county text not null,
    year   int  not null,
    grade  text not null,
    score  int  not null,
    primary key (person, year)
);
create table {schema}.ground (
    person text not null,
    year   int  not null,
    ground text not null,
    clause text not null,
    primary key (person, year, ground)
);
create table {schema}.determination (
    person        text not null,
    county        text not null,
    year          int  not null,
    determination int  not null,
    outcome       text not null,
    score         int,
    event         uuid not null,
    findings      jsonb not null,
    primary key (person, year, determination)
);
create index on {schema}.determination (county, year);
