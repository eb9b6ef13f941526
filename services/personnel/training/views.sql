-- View `training`: trainings held and who attended. Own log only.

create table {schema}.held (
    training  text primary key,
    organiser text not null,
    area      text not null,
    starts_on date not null,
    ends_on   date not null,
    topic     text
);
create index on {schema}.held (area text_pattern_ops);

create table {schema}.attended (
    person    text not null,
    training  text not null,
    organiser text not null,
    starts_on date not null,
    days      integer not null,
    primary key (person, training)
);

create table {schema}.supported (
    training text not null,
    body     text not null,
    trainers integer not null,
    primary key (training, body)
);

create table {schema}.shortfall (
    area      text not null,
    organiser text not null,
    year      integer not null,
    held      integer not null,
    asked     integer not null,
    primary key (area, year)
);
