-- View `staffing`: how strong each team is, and how far each forced replacement has come.

create table {schema}.strength (
    team       text    primary key,
    village    text    not null,
    strength   integer not null check (strength >= 0),
    changed_on date    not null,
    -- First day of the present weakness; null while the team has its people.
    weak_since date
);
create index on {schema}.strength (village text_pattern_ops);
create index on {schema}.strength (village text_pattern_ops) where weak_since is not null;

create table {schema}.forced (
    person text not null,
    team   text not null,
    stage  text not null check (stage in ('requested', 'escalated')),
    village text not null,
    stream text not null,
    since  date not null,
    primary key (person, team)
);
create index on {schema}.forced (village text_pattern_ops);
