-- One login per service, which reaches its own database and no other, and one for auditors, who only read.
-- After the first `zhucun upgrade`, by a superuser or zhucun_admin; again whenever a password is to be changed:
--   ZHUCUN_ATTENDANCE_PASSWORD=… ZHUCUN_PERSONNEL_PASSWORD=… ZHUCUN_ASSESSMENT_PASSWORD=… ZHUCUN_FINANCE_PASSWORD=… \
--   ZHUCUN_AUDITOR_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -f logins.sql
--
-- NOINHERIT is what keeps the services apart: all of them may act as zhucun_service, whose rights hold inside every
-- database of zhucun, but the right to connect belongs to the login alone.
\set ON_ERROR_STOP on
\if :{?prefix}
\else
\set prefix zhucun_
\endif

\getenv attendance_password ZHUCUN_ATTENDANCE_PASSWORD
select 'create role zhucun_attendance login noinherit'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_attendance') \gexec
select format('alter role zhucun_attendance password %L', :'attendance_password') \gexec
grant zhucun_service to zhucun_attendance;
select format('grant connect on database %I to zhucun_attendance', datname)
from pg_catalog.pg_database where datname = :'prefix' || 'attendance' \gexec

\getenv personnel_password ZHUCUN_PERSONNEL_PASSWORD
select 'create role zhucun_personnel login noinherit'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_personnel') \gexec
select format('alter role zhucun_personnel password %L', :'personnel_password') \gexec
grant zhucun_service to zhucun_personnel;
select format('grant connect on database %I to zhucun_personnel', datname)
from pg_catalog.pg_database where datname = :'prefix' || 'personnel' \gexec

\getenv assessment_password ZHUCUN_ASSESSMENT_PASSWORD
select 'create role zhucun_assessment login noinherit'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_assessment') \gexec
select format('alter role zhucun_assessment password %L', :'assessment_password') \gexec
grant zhucun_service to zhucun_assessment;
select format('grant connect on database %I to zhucun_assessment', datname)
from pg_catalog.pg_database where datname = :'prefix' || 'assessment' \gexec

\getenv finance_password ZHUCUN_FINANCE_PASSWORD
select 'create role zhucun_finance login noinherit'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_finance') \gexec
select format('alter role zhucun_finance password %L', :'finance_password') \gexec
grant zhucun_service to zhucun_finance;
select format('grant connect on database %I to zhucun_finance', datname)
from pg_catalog.pg_database where datname = :'prefix' || 'finance' \gexec

\getenv auditor_password ZHUCUN_AUDITOR_PASSWORD
select 'create role zhucun_auditor login'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_auditor') \gexec
select format('alter role zhucun_auditor password %L', :'auditor_password') \gexec
grant zhucun_reader to zhucun_auditor;

-- The publisher for other agencies has a database of its own, from `zhucun agency` on.
\getenv agency_password ZHUCUN_AGENCY_PASSWORD
\if :{?agency_password}
select 'create role zhucun_agency login noinherit'
where not exists (select from pg_catalog.pg_roles where rolname = 'zhucun_agency') \gexec
select format('alter role zhucun_agency password %L', :'agency_password') \gexec
grant zhucun_service to zhucun_agency;
select format('grant connect on database %I to zhucun_agency', datname)
from pg_catalog.pg_database where datname = :'prefix' || 'agency' \gexec
\endif
