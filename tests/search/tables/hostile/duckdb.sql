#: file
SELECT * FROM read_csv_auto('{file}')
#: file
SELECT * FROM read_parquet('{file}')
#: file
SELECT * FROM read_json('{file}')
#: file
SELECT * FROM read_json_auto('{file}')
#: file
SELECT * FROM read_text('{file}')
#: file
SELECT content FROM read_blob('{file}')
#: file
SELECT * FROM glob('/etc/*')
#: file
SELECT * FROM sniff_csv('{file}')
#: file
SELECT * FROM parquet_metadata('{file}')
#: file
SELECT * FROM parquet_schema('{file}')
#: file
SELECT * FROM '/etc/passwd'
#: file
FROM '{file}'
#: file
FROM read_csv('{file}')
#: file
SELECT * FROM "{file}" AS t
#: file
SELECT * FROM '/etc/*.conf'
#: file
SELECT * FROM st_read('{file}')
#: file
SELECT * FROM sqlite_scan('{file}', 'x')
#: file
SELECT * FROM postgres_scan('host=127.0.0.1 port={port}', 'public', 'x')
#: file
SELECT * FROM read_xlsx('{file}')
#: file
COPY customers TO '{out}' (FORMAT parquet)
#: file
COPY (SELECT 1) TO '{out}'
#: file
COPY customers FROM '{file}'
#: file
ATTACH '{out}' AS x (READ_ONLY)
#: file
ATTACH ':memory:' AS x
#: file
EXPORT DATABASE '{out}' (FORMAT csv)
#: file
CHECKPOINT
#: network
SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')
#: network
SELECT * FROM 'http://127.0.0.1:{port}/x.parquet'
#: network
SELECT * FROM read_parquet('s3://bucket/x.parquet')
#: network
SELECT * FROM 'https://127.0.0.1:{port}/x.csv'
#: network
INSTALL httpfs FROM 'http://127.0.0.1:{port}'
#: network
FORCE INSTALL httpfs
#: network
LOAD '/tmp/x.duckdb_extension'
#: network
CREATE SECRET s (TYPE s3)
#: network
FROM duckdb_secrets()
#: setting
SET enable_external_access = true
#: setting
SET lock_configuration = false
#: setting
SET threads = 64
#: setting
SET memory_limit = '100GB'
#: setting
SET temp_directory = '/tmp'
#: setting
PRAGMA enable_profiling
#: setting
PRAGMA database_list
#: setting
PRAGMA show_tables
#: setting
PRAGMA enable_logging
#: setting
RESET enable_external_access
#: setting
SELECT current_setting('temp_directory')
#: setting
SET VARIABLE x = 1
#: setting
SELECT getvariable('x')
#: setting
SELECT getenv('HOME')
#: setting
CALL pragma_version()
#: setting
CALL duckdb_settings()
#: system
SELECT * FROM duckdb_settings()
#: system
SELECT * FROM duckdb_columns()
#: system
SELECT * FROM duckdb_functions()
#: system
SELECT * FROM duckdb_secrets()
#: system
SELECT * FROM duckdb_temporary_files()
#: system
SELECT * FROM pragma_database_list
#: system
SELECT * FROM pg_catalog.pg_tables
#: system
SHOW ALL TABLES
#: system
SUMMARIZE customers
#: system
SUMMARIZE SELECT * FROM secrets
#: system
DESCRIBE SELECT * FROM secrets
#: system
SELECT * FROM (SHOW TABLES)
#: system
SELECT * FROM (DESCRIBE secrets)
#: system
SELECT * FROM (SUMMARIZE secrets)
#: call
SELECT query('SELECT token FROM secrets')
#: call
FROM query('SELECT token FROM secrets')
#: call
SELECT * FROM query_table('secrets')
#: call
SELECT * FROM query_table(['secrets'])
#: call
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT token FROM secrets'))
#: call
SELECT nextval('s')
#: call
SELECT setseed(0.5)
#: call
SELECT * FROM range(1000000000000)
#: call
SELECT unnest(range(1000000000))
#: call
SELECT list_aggregate([1], 'sum')
#: call
SELECT list_transform([1], lambda x: x)
#: call
SELECT write_log('x')
#: call
SELECT * FROM checkpoint()
#: call
SELECT in_search_path('main', 'x')
#: call
CREATE MACRO m() AS TABLE SELECT token FROM secrets
#: call
CREATE FUNCTION f(x) AS x + 1
#: hidden
SELECT customers FROM customers
#: hidden
SELECT c FROM customers c
#: hidden
SELECT to_json(customers) FROM customers
#: hidden
SELECT row(c.*) FROM customers c
#: hidden
SELECT struct_pack(a := email) FROM customers
#: hidden
SELECT COLUMNS('email') FROM customers
#: hidden
SELECT COLUMNS(c -> c LIKE 'e%') FROM customers
#: hidden
SELECT COLUMNS(*) FROM customers
#: hidden
SELECT * EXCLUDE (id) FROM customers
#: hidden
SELECT * REPLACE (email AS name) FROM customers
#: hidden
SELECT * LIKE 'e%' FROM customers
#: hidden
SELECT MAX(COLUMNS(*)) FROM customers
#: hidden
SELECT c.email.x FROM customers c
#: hidden
SELECT {'a': email} FROM customers
#: hidden
SELECT [email] FROM customers
#: hidden
SELECT list(email) FROM customers
#: hidden
SELECT arg_max(email, id) FROM customers
#: hidden
SELECT name FROM customers WHERE email SIMILAR TO 'C.*'
#: hidden
PIVOT customers ON email USING COUNT(*)
#: hidden
UNPIVOT customers ON email INTO NAME n VALUE v
#: hidden
FROM customers SELECT email
#: hidden
SELECT #4 FROM customers
#: hidden
SELECT name FROM customers ORDER BY ALL, email
#: hidden
SELECT name FROM customers POSITIONAL JOIN (SELECT email FROM customers)
#: hidden
SELECT name FROM customers ASOF JOIN orders ON customers.email >= orders.total
#: hidden runs
FROM customers
#: hidden runs
SELECT name FROM customers SEMI JOIN orders ON customers.id = orders.customer_id
#: other
FROM secrets
#: other
FROM secrets SELECT token
#: other
SELECT token FROM memory.main.secrets
#: other
SELECT token FROM memory.secrets
#: other
SELECT token FROM main.secrets
#: other
SELECT token FROM customers, LATERAL (SELECT token FROM secrets)
#: other
SELECT * FROM secrets USING SAMPLE 10
#: other
SELECT * FROM customers USING SAMPLE 10%
#: other
SELECT * FROM (VALUES (1)) t(a), secrets
#: other
SELECT (FROM secrets SELECT token LIMIT 1)
#: write
INSERT OR REPLACE INTO customers (id) VALUES (1)
#: write
CREATE OR REPLACE TABLE customers AS SELECT 1
#: write
CREATE SCHEMA x
#: write
CREATE SEQUENCE s
#: write
CREATE TYPE t AS ENUM ('a')
#: write
COMMENT ON TABLE customers IS 'x'
#: write
INSERT INTO customers BY NAME SELECT 1 AS id
#: trick
SELECT $$x$$; DROP TABLE customers
#: trick
WITH "duckdb_tables" AS (SELECT 1 AS a) SELECT * FROM duckdb_tables()
#: trick
SELECT format('{:>1000000000}', name) FROM customers
#: trick
SELECT printf('%1000000000d', 1)
#: trick
SELECT bar(1, 0, 1, 1000000000)
#: bomb runs
WITH RECURSIVE t(s) AS (SELECT 'xxxxxxxxxxxxxxxx' UNION ALL SELECT s || s FROM t) SELECT MAX(LENGTH(s)) FROM t
#: bomb runs
SELECT COUNT(DISTINCT a.name || b.name || c.name || d.name || e.name || f.name) FROM customers a, customers b, customers c, customers d, customers e, customers f
#: hidden
SELECT "email" FROM customers
#: trick runs
WITH "SECRETS" AS (SELECT 1 AS token) SELECT token FROM "secrets"
#: trick
SELECT name FROM customers WHERE name = '\'; DROP TABLE customers; --'
#: trick
SELECT name FROM customers WHERE name = "\"; DROP TABLE customers; --"
#: trick runs
SELECT CAST(name AS VARCHAR(100000000)) FROM customers
#: trick runs
SELECT name FROM customers WHERE name = 'x' OR 1 = 1; --'
