#: file
SELECT pg_read_binary_file('{file}')
#: file
SELECT pg_ls_dir('/')
#: file
SELECT * FROM pg_ls_dir('/')
#: file
SELECT * FROM pg_stat_file('{file}')
#: file
SELECT pg_ls_logdir()
#: file
SELECT lo_import('{file}')
#: file
SELECT lo_export(1, '{out}')
#: file
SELECT lo_get(1)
#: file
SELECT lo_create(0)
#: file
SELECT lo_from_bytea(0, 'x')
#: file
COPY customers FROM '{file}'
#: file
COPY (SELECT * FROM customers) TO '{out}'
#: file
COPY (SELECT 1) TO PROGRAM 'touch {out}'
#: file
COPY customers FROM PROGRAM 'id'
#: file
SELECT query_to_xml('SELECT pg_read_file(''{file}'')', true, true, '')
#: file
CREATE EXTENSION file_fdw
#: file
SELECT pg_file_write('{out}', 'x', false)
#: network
SELECT * FROM dblink('host=127.0.0.1 port={port}', 'SELECT 1') AS t(a INT)
#: network
SELECT dblink_connect('host=127.0.0.1 port={port}')
#: network
CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port={port}' PUBLICATION p
#: network
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1')
#: setting
SELECT set_config('default_transaction_read_only', 'off', false)
#: setting
SELECT set_config('transaction_read_only', 'off', true)
#: setting
SELECT set_config('role', 'none', false)
#: setting
SELECT set_config('statement_timeout', '0', false)
#: setting
SELECT current_setting('data_directory')
#: setting
SET SESSION AUTHORIZATION DEFAULT
#: setting
RESET ROLE
#: setting
SET statement_timeout = 0
#: setting
SHOW data_directory
#: setting
SELECT pg_reload_conf()
#: setting
ALTER SYSTEM SET work_mem = '1GB'
#: setting
DISCARD ALL
#: setting
LISTEN x
#: setting
NOTIFY x, 'y'
#: call
DO $$ BEGIN DELETE FROM customers; END $$
#: call
DO LANGUAGE plpgsql $x$ BEGIN PERFORM pg_sleep(9); END $x$
#: call
CREATE FUNCTION f() RETURNS INT AS 'SELECT 1' LANGUAGE sql
#: call
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
#: call
SELECT pg_cancel_backend(1)
#: call
SELECT pg_advisory_lock(1)
#: call
SELECT pg_notify('x', 'y')
#: call
SELECT nextval('orders_id_seq')
#: call
SELECT setval('orders_id_seq', 1)
#: call
SELECT txid_current()
#: call
SELECT pg_export_snapshot()
#: call
SELECT query_to_xml('DELETE FROM customers', true, true, '')
#: call
SELECT query_to_xml('SELECT token FROM secrets', true, true, '')
#: call
SELECT table_to_xml('secrets', true, true, '')
#: call
SELECT database_to_xml(true, true, '')
#: call
SELECT cursor_to_xml('c', 1, true, true, '')
#: call
SELECT ts_stat('SELECT token FROM secrets')
#: call
SELECT * FROM ts_stat('SELECT to_tsvector(token) FROM secrets')
#: hidden
SELECT row_to_json(customers) FROM customers
#: hidden
SELECT row_to_json(c) FROM customers c
#: hidden
SELECT to_jsonb(c) FROM customers c
#: hidden
SELECT to_json(customers.*) FROM customers
#: hidden
SELECT json_agg(c) FROM customers c
#: hidden
SELECT jsonb_agg(customers) FROM customers
#: hidden
SELECT array_agg(c) FROM customers c
#: hidden
SELECT c FROM customers c
#: hidden
SELECT customers::text FROM customers
#: hidden
SELECT (c.*)::text FROM customers c
#: hidden
SELECT (c).email FROM customers c
#: hidden
SELECT (customers).* FROM customers
#: hidden
SELECT c.row_to_json FROM customers c
#: hidden
SELECT c.to_jsonb FROM customers c
#: hidden
SELECT hstore(c) FROM customers c
#: hidden
SELECT concat(c) FROM customers c
#: hidden
SELECT format('%s', c) FROM customers c
#: hidden
SELECT string_agg(c::text, ',') FROM customers c
#: hidden
SELECT jsonb_each_text(to_jsonb(c)) FROM customers c
#: hidden
SELECT xmlforest(email) FROM customers
#: hidden
SELECT public.customers.email FROM customers
#: hidden
SELECT DISTINCT ON (email) name FROM customers
#: hidden
SELECT name FROM customers WHERE ROW(id, email) > ROW(1, 'a')
#: hidden
SELECT U&"\0065mail" FROM customers
#: system
SELECT rolname, rolpassword FROM pg_authid
#: system
SELECT * FROM pg_user
#: system
SELECT query FROM pg_stat_activity
#: system
SELECT * FROM pg_stats
#: system
SELECT most_common_vals FROM pg_stats WHERE tablename = 'secrets'
#: system
SELECT * FROM pg_settings
#: system
SELECT prosrc FROM pg_proc
#: system
SELECT * FROM pg_largeobject
#: system
SELECT oid FROM pg_database
#: system
SELECT 'secrets'::regclass
#: system
SELECT relname FROM pg_class
#: system
SELECT ctid, xmin FROM customers
#: system
SELECT tableoid FROM customers
#: system
SELECT has_table_privilege('secrets', 'SELECT')
#: system
SELECT inet_server_addr()
#: other
SELECT token FROM "secrets"
#: other
SELECT token FROM "public"."secrets"
#: other
SELECT token FROM U&"secrets"
#: other
SELECT token FROM pg_temp.secrets
#: other
SELECT * FROM ROWS FROM (generate_series(1, 3)) x
#: other
SELECT name FROM customers WHERE name OPERATOR(pg_catalog.=) 'x'
#: other
SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS x TEXT)
#: other
SELECT * FROM customers TABLESAMPLE BERNOULLI (50)
#: trick
SELECT $$x$$; DELETE FROM customers
#: trick
SELECT E'\'; DELETE FROM customers; --'
#: trick
SELECT U&'\0027; DELETE FROM customers'
#: trick
WITH "Secrets" AS (SELECT 1 AS token) SELECT token FROM secrets
#: trick
WITH pg_class AS (SELECT 1 AS relname) SELECT relname FROM pg_catalog.pg_class
#: trick
SELECT xmlparse(document '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{file}">]><a>&x;</a>')
#: trick
SELECT 'x'::xml
#: trick
SELECT CAST('x' AS CHAR(10000000))
#: bomb
SELECT pg_sleep(60)
#: bomb
SELECT pg_sleep_for('1 minute')
#: bomb
SELECT count(*) FROM generate_series(1, 10000000000)
#: bomb
SELECT repeat('x', 1000000000)
#: bomb
SELECT array_fill(1, ARRAY[100000000])
#: bomb
SELECT regexp_matches(repeat('a', 1000000), '(a+)+b', 'g')
#: bomb runs
WITH RECURSIVE t(s) AS (SELECT 'xxxxxxxxxxxxxxxx'::text UNION ALL SELECT s || s FROM t WHERE LENGTH(s) < 100000000) SELECT MAX(LENGTH(s)) FROM t
#: hidden
SELECT "email" FROM customers
#: trick
WITH "SECRETS" AS (SELECT 1 AS token) SELECT token FROM "secrets"
#: trick
SELECT name FROM customers WHERE name = '\'; DROP TABLE customers; --'
#: trick
SELECT name FROM customers WHERE name = "\"; DROP TABLE customers; --"
#: trick
SELECT CAST(name AS VARCHAR(100000000)) FROM customers
#: call
SELECT o.purge FROM orders o WHERE EXISTS (SELECT 1 FROM (SELECT 1 AS purge) o)
#: call
SELECT o.purge FROM orders AS o(a, b, c, d), (SELECT 1 AS purge) u
#: call
SELECT o.purge FROM (orders o JOIN (SELECT 1 AS purge) u ON 1 = 1)
#: call
SELECT (SELECT o.purge FROM (SELECT 1 AS purge) u) FROM orders o
#: call
SELECT o.purge FROM orders o, (SELECT 1 AS purge) u GROUP BY o.purge
#: call
SELECT orders.purge FROM orders CROSS JOIN (SELECT 1 AS purge) AS u
#: trick runs
SELECT name FROM customers WHERE name = 'x' OR 1 = 1; --'
