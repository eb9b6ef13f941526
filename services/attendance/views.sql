-- View `register`: what attendance's own log says of each person and day, and the training and secondments that
-- personnel's log says. Facts stand as rows; statuses are worked out when asked for (day_status.sql), because they also
-- depend on the calendar, on parameters and on the hour.
-- Times of recording are the text of the event: fixed width, UTC, so text order is time order.

create table {schema}.check_in (
    event      uuid primary key,
    person     text not null,
    date       date not null,
    team       text not null,
    village    text not null,
    record     text not null,
    overnight  boolean not null,
    backfilled boolean not null
);
create index on {schema}.check_in (person, date);

create table {schema}.void (
    event  uuid primary key,
    person text not null,
    date   date not null,
    voids  uuid not null
);
create index on {schema}.void (voids);

create table {schema}.spot_check (
    event    uuid primary key,
    person   text not null,
    date     date not null,
    check_id text not null,
    finding  text not null
);
create index on {schema}.spot_check (person, date);

create table {schema}.absence (
    person text not null,
    date   date not null,
    primary key (person, date)
);

create table {schema}.ruling (
    event     uuid primary key,
    person    text not null,
    starts_on date not null,
    ends_on   date not null,
    justified boolean not null,
    recorded  text collate "C" not null,
    stream    text collate "C" not null,
    version   integer not null
);
create index on {schema}.ruling (person, starts_on);

create table {schema}.correction (
    event    uuid primary key,
    person   text not null,
    date     date not null,
    status   text not null,
    recorded text collate "C" not null,
    stream   text collate "C" not null,
    version  integer not null
);
create index on {schema}.correction (person, date);

create table {schema}.travel (
    person    text not null,
    travel    text not null,
    stream    text not null,
    place     text not null,
    of_leader boolean not null,
    starts_on date not null,
    ends_on   date not null,
    requested text collate "C" not null,
    approved  text collate "C",
    last_day  date,
    primary key (person, travel)
);
create index on {schema}.travel (place text_pattern_ops) where approved is null;

create table {schema}.leave (
    person             text not null,
    leave              text not null,
    stream             text not null,
    place              text not null,
    of_leader          boolean not null,
    starts_on          date not null,
    ends_on            date not null,
    step               text not null,
    requested          text collate "C" not null,
    granted            text collate "C",
    decided            text collate "C",
    extension_ends_on  date,
    extension_approved boolean not null default false,
    extension_asked    text collate "C",
    returned_on        date,
    closed_on          date,
    overstayed_since   date,
    overstay_noted     text collate "C",
    primary key (person, leave)
);
create index on {schema}.leave (place text_pattern_ops);

create table {schema}.training (
    event     uuid primary key,
    person    text not null,
    starts_on date not null,
    ends_on   date not null
);
create index on {schema}.training (person);

create table {schema}.secondment (
    event     uuid primary key,
    person    text not null,
    unit      text not null,
    starts_on date not null,
    last_day  date
);
create index on {schema}.secondment (person);
