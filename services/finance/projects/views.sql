-- View `projects`: every project with the step it has reached, and what is posted of it in its village. Fen.

create table {schema}.project (
    project         text    primary key,
    team            text    not null,
    kind            text    not null,
    source          text    not null,
    giver           text,
    village         text    not null,
    registered_poor boolean not null,
    title           text    not null,
    site            text    not null,
    amount          bigint  not null,
    stage           text    not null,
    document        text,
    approval        text,
    proposed_on     date    not null,
    stage_on        date    not null
);
create index on {schema}.project (village text_pattern_ops);

create table {schema}.notice (
    project   text    not null,
    notice    text    not null,
    village   text    not null,
    team      text    not null, -- whose payments it names
    phase     text    not null,
    payments  text[]  not null,
    starts_on date    not null,
    ends_on   date    not null,
    completed boolean not null default false,
    struck    boolean not null default false,
    primary key (project, notice)
);
create index on {schema}.notice (village text_pattern_ops);

create table {schema}.objection (
    project   text    not null,
    objection text    not null,
    notice    text    not null,
    village   text    not null,
    raised_on date    not null,
    upheld    boolean,
    dropped   boolean not null default false, -- its notice was of a plan that went through the chain again
    primary key (project, objection)
);
create index on {schema}.objection (village text_pattern_ops);
