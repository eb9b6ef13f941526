-- View `terms`: who is posted since when, and what the clock has said of terms and bars. Own log only.

create table {schema}.service (
    person    text not null,
    team      text not null,
    unit      text not null,
    village   text not null,
    starts_on date not null,
    last_day  date,
    primary key (person, team, starts_on)
);

-- Terms of which the clock has said that their months have run.
create table {schema}.term_due (
    person text not null,
    due_on date not null,
    primary key (person, due_on)
);

-- Bars that stand and whose end nobody has said.
create table {schema}.bar (
    person   text not null,
    year     integer not null,
    county   text not null,
    last_day date not null,
    primary key (person, year)
);
create index on {schema}.bar (last_day);
