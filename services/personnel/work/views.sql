-- View `work`: plans, reports with their recipients, work by duty, meetings, support, conditions. Own log only.

create table {schema}.team (
    team         text primary key,
    village      text not null,
    formed_on    date not null,
    dissolved_on date
);
create index on {schema}.team (village text_pattern_ops);

-- Who was in which team for which unit: each of these units is a recipient of the report.
create table {schema}.member (
    person    text not null,
    team      text not null,
    unit      text not null,
    starts_on date not null,
    last_day  date,
    primary key (person, team, starts_on)
);
create index on {schema}.member (team);

-- Assigned units of the villages: where there is none, no report is owed to one.
create table {schema}.assigned (
    village   text not null,
    unit      text not null,
    starts_on date not null,
    last_day  date,
    primary key (village, unit, starts_on)
);

create table {schema}.plan (
    team    text    not null,
    year    integer not null,
    edition integer not null,
    event   text    not null,
    adopted_on  date not null,
    -- What the township said of this edition; null while it has said nothing.
    accepted    boolean,
    reviewed_by text,
    primary key (team, year)
);

-- The latest edition of each month's report.
create table {schema}.report (
    team     text    not null,
    month    text    not null,
    edition  integer not null,
    document text    not null,
    event    uuid    not null,
    primary key (team, month)
);

-- One row per team, month and recipient; offices have the organisation ''.
create table {schema}.delivery (
    team         text not null,
    month        text not null,
    recipient    text not null,
    organisation text not null,
    first_on     date not null,
    late         boolean not null,
    edition      integer not null,
    received_on  date,
    primary key (team, month, recipient, organisation)
);
create index on {schema}.delivery (recipient, organisation);

create table {schema}.overdue (
    team      text not null,
    month     text not null,
    recipient text not null,
    -- The unit that has nothing; offices have ''.
    organisation text not null,
    due_on    date not null,
    primary key (team, month, recipient, organisation)
);

create table {schema}.entry (
    person   text not null,
    entry    text not null,
    team     text not null,
    duty     text not null,
    activity text not null,
    on_day   date not null,
    project  text,
    attendees bigint,
    event    uuid not null,
    primary key (person, entry)
);
create index on {schema}.entry (team, on_day);
create index on {schema}.entry (project) where project is not null;

create table {schema}.meeting (
    meeting text primary key,
    area    text not null,
    on_day  date not null
);

create table {schema}.decision (
    meeting  text not null,
    decision text not null,
    done_on  date,
    primary key (meeting, decision)
);

create table {schema}.condition (
    village       text not null,
    need          text not null,
    missing_since date,
    provided_on   date,
    event         text, -- that says what is missing
    primary key (village, need)
);

create table {schema}.asked (
    village     text not null,
    request     text not null,
    department  text not null,
    on_day      date not null,
    provided_on date,
    event       text not null,
    primary key (village, request)
);

create table {schema}.unit_support (
    event   text primary key,
    village text not null,
    unit    text not null,
    kind    text not null,
    amount  bigint,
    on_day  date not null
);

create table {schema}.head_visit (
    event   text primary key,
    village text not null,
    person  text not null,
    on_day  date not null
);

create table {schema}.publicity (
    item   text primary key,
    area   text not null,
    medium text not null,
    on_day date not null
);
