-- View `registry`: organisations, villages with their status over time, linked units, who holds which role. Own log only.

create table {schema}.organisation (
    organisation text primary key,
    kind         text not null,
    level        text not null,
    area         text not null,
    credit_code  text
);
create index on {schema}.organisation (area text_pattern_ops);

create table {schema}.village (
    village         text primary key,
    registered_poor boolean not null,
    rule_mode       text not null
);

create table {schema}.status (
    village         text not null,
    valid_from      date not null,
    registered_poor boolean not null,
    rule_mode       text not null,
    document        text not null,
    primary key (village, valid_from)
);

create table {schema}.link (
    village   text not null,
    unit      text not null,
    relation  text not null,
    starts_on date not null,
    last_day  date,
    primary key (village, unit, relation, starts_on)
);
create index on {schema}.link (unit);

create table {schema}.granted (
    person       text not null,
    role_grant   text not null,
    role         text not null,
    organisation text,
    area         text not null,
    starts_on    date not null,
    ends_on      date,
    primary key (person, role_grant)
);
create index on {schema}.granted (area text_pattern_ops);
