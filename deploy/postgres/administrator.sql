-- The administrator of zhucun's databases: creates databases and roles, is no superuser, runs `zhucun upgrade`.
-- Once per PostgreSQL cluster, by a superuser, before the first `zhucun upgrade`:
--   ZHUCUN_ADMIN_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -f administrator.sql
-- psql reads the password from the environment, so it is in no argument list and no file.
\set ON_ERROR_STOP on
\getenv admin_password ZHUCUN_ADMIN_PASSWORD
select format('create role zhucun_admin login createdb createrole password %L', :'admin_password')
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_admin') \gexec
select format('alter role zhucun_admin password %L', :'admin_password') \gexec
