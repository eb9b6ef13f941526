-- Years of counties, proposals, and determinations by person and year; every determination stays readable.
create table {schema}.county_year (
    county  text not null,
    year    int  not null,
    opened  text,
    final   boolean not null default false,
    objects int,
    maximum int,
    acknowledged text,
    primary key (county, year)
);
comment on column {schema}.county_year.opened is 'recordedtime of the opening';
comment on column {schema}.county_year.acknowledged is 'digest of the list of readings that the county office has seen';

create table {schema}.proposal (
    person   text not null,
    county   text not null,
    year     int  not null,
    grade    text not null,
    score    int  not null,
    inputs   text not null,
    proposed text not null,
    reviewed boolean not null default false,
    returned boolean not null default false,
    primary key (person, year)
);
create index on {schema}.proposal (county, year);
comment on table {schema}.proposal is 'The latest proposal; proposed is its recordedtime.';

create table {schema}.listed (
    person text not null,
    year   int  not null,
    county text not null,
    primary key (person, year, county)
);
create index on {schema}.listed (year, county);
comment on table {schema}.listed is 'Who is on a county''s list of the year (考核对象人员名单) as it stands.';

create table {schema}.attendance_summary (
    person   text not null,
    year     int  not null,
    on_post  int  not null,
    absences int  not null,
    primary key (person, year)
);

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

create table {schema}.opinion (
    person text    not null,
    year   int     not null,
    unit   text    not null,
    agrees boolean not null,
    primary key (person, year)
);

create table {schema}.dispute (
    person        text    not null,
    year          int     not null,
    "case"        text    not null,
    county        text    not null,
    place         text    not null,
    determination int     not null,
    cause         text    not null,
    late          boolean not null,
    again         boolean not null,
    opened        text    not null,
    decided       text,
    decided_by    text,
    decision      uuid,
    upheld        boolean,
    holds         int,
    primary key (person, "case")
);
create index on {schema}.dispute (county, year);
comment on column {schema}.dispute.again is 'Raised after one of the same determination was decided.';
comment on column {schema}.dispute.holds is 'The determination that holds since it was decided.';
comment on column {schema}.dispute.cause is 'dispute, or why the county office looks again of its own accord';

create table {schema}.dispute_opinion (
    person text    not null,
    "case" text    not null,
    role   text    not null,
    upheld boolean not null,
    given  text    not null,
    primary key (person, "case", role)
);

create table {schema}.filing (
    county           text not null,
    year             int  not null,
    recipient        text not null,
    objects_digest   text not null,
    excellent_digest text not null,
    filed            text not null,
    primary key (county, year, recipient)
);
comment on table {schema}.filing is 'What each recipient was given last.';

create table {schema}.feedback (
    person        text not null,
    year          int  not null,
    determination int  not null,
    county        text not null,
    unit          text not null,
    told          text not null,
    in_file       text,
    primary key (person, year, determination)
);
create index on {schema}.feedback (unit, year);

create table {schema}.award (
    area       text not null,
    year       int  not null,
    person     text not null,
    county     text,
    proposed   text,
    given      text,
    withdrawn  text,
    primary key (area, year, person)
);
create index on {schema}.award (person);
comment on table {schema}.award is 'Advanced workers of the city (area of 4 digits) and commendations of a county (6).';

create table {schema}.county_opinion (
    county text    not null,
    year   int     not null,
    matter text    not null,
    agrees boolean not null,
    given  text    not null
);
create index on {schema}.county_opinion (county, year);
comment on table {schema}.county_opinion is 'What the county organisation department said (Art. 12, 23); it decides nothing.';

create table {schema}.tie_opinion (
    county   text   not null,
    year     int    not null,
    township text   not null,
    tied     text[] not null,
    supports text[] not null,
    event    uuid   not null,
    given    text   not null
);
create index on {schema}.tie_opinion (county, year);
comment on table {schema}.tie_opinion is 'What townships said of a tie at the line of 优秀 (Art. 12); it decides nothing.';

create table {schema}.award_opinion (
    area   text    not null,
    year   int     not null,
    person text    not null,
    role   text    not null,
    agrees boolean not null,
    given  text    not null,
    primary key (area, year, person, role)
);

create table {schema}.term_assessment (
    person    text not null,
    year      int  not null,
    county    text not null,
    starts_on date not null,
    ends_on   date not null,
    years     jsonb not null,
    recorded  text not null,
    primary key (person, year)
);

create table {schema}.impact (
    person   text not null,
    "case"   text not null,
    place    text not null,
    proposed text not null,
    found    text,
    primary key (person, "case")
);
comment on table {schema}.impact is 'Findings of severe effect that were asked for, and when they were made.';

create table {schema}.circular (
    area    text   not null,
    year    int    not null,
    persons text[] not null,
    primary key (area, year)
);
comment on table {schema}.circular is 'Whom the office of a city or county made known as 优秀 last; nobody where it was withdrawn.';

create table {schema}.ruling (
    ruling     text    not null,
    parameter  text    not null,
    value      jsonb   not null,
    valid_from date    not null,
    county     text    not null,
    issued     boolean not null,
    recorded   text    not null,
    primary key (county, ruling, parameter)
);
comment on column {schema}.ruling.county is 'empty for the rulings of the interpreters, which hold for the whole city';
