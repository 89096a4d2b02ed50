#: write
INSERT INTO customers (id, name) VALUES (99, 'x')
#: write
UPDATE customers SET name = 'x'
#: write
DELETE FROM customers
#: write
DELETE FROM orders WHERE 1 = 1
#: write
DROP TABLE customers
#: write
DROP TABLE IF EXISTS orders
#: write
DROP VIEW IF EXISTS customers
#: write
ALTER TABLE customers ADD COLUMN x TEXT
#: write
ALTER TABLE customers RENAME TO c2
#: write
CREATE TABLE x (a INT)
#: write
CREATE TABLE x AS SELECT * FROM orders
#: write
CREATE TEMPORARY TABLE x AS SELECT id FROM orders
#: write
CREATE VIEW v AS SELECT * FROM secrets
#: write
CREATE INDEX i ON customers (name)
#: write
TRUNCATE TABLE customers
#: write
REPLACE INTO customers (id, name) VALUES (1, 'x')
#: write
MERGE INTO customers USING orders ON customers.id = orders.id WHEN MATCHED THEN DELETE
#: write
WITH gone AS (DELETE FROM customers RETURNING id) SELECT * FROM gone
#: write
WITH made AS (INSERT INTO customers (id, name) VALUES (99, 'x') RETURNING id) SELECT * FROM made
#: write
WITH changed AS (UPDATE customers SET name = 'x' RETURNING id) SELECT id FROM changed
#: write
WITH x AS (SELECT 1) DELETE FROM customers
#: write
WITH x AS (SELECT 1 AS id) INSERT INTO customers (id) SELECT id FROM x
#: write
WITH x AS (SELECT 1) UPDATE customers SET name = 'x'
#: write
SELECT id INTO x FROM customers
#: write
SELECT * INTO TEMP x FROM customers
#: write
EXPLAIN ANALYZE DELETE FROM customers
#: write
EXPLAIN DELETE FROM customers
#: stacked
SELECT 1; DROP TABLE customers
#: stacked
SELECT id FROM customers; DELETE FROM customers
#: stacked
SELECT 1;;SELECT token FROM secrets
#: stacked
;DELETE FROM customers
#: stacked
SELECT 1; -- a remark
DELETE FROM customers
#: stacked
COMMIT; DELETE FROM customers
#: stacked
ROLLBACK; DROP TABLE orders; BEGIN
#: stacked
SELECT ';' AS a; UPDATE customers SET name = ';'
#: stacked
SELECT 1 /* ; */ ; DELETE FROM orders /* x */
#: stacked
BEGIN; DELETE FROM customers; COMMIT
#: transaction
BEGIN
#: transaction
COMMIT
#: transaction
ROLLBACK
#: transaction
SAVEPOINT x
#: transaction
START TRANSACTION
#: transaction
SET TRANSACTION READ WRITE
#: setting
SET x = 1
#: setting
PRAGMA user_version = 7
#: setting
PRAGMA writable_schema = ON
#: setting
RESET ALL
#: setting
USE other
#: setting
SHOW TABLES
#: setting
DESCRIBE secrets
#: setting
EXPLAIN SELECT * FROM secrets
#: rights
GRANT ALL ON customers TO PUBLIC
#: rights
REVOKE ALL ON customers FROM PUBLIC
#: rights
CREATE USER x
#: call
CALL something()
#: call
EXECUTE something
#: call
PREPARE p AS SELECT 1
#: call
DO 1
#: lock
SELECT * FROM customers FOR UPDATE
#: lock
SELECT id FROM customers FOR SHARE
#: lock
SELECT id FROM customers FOR UPDATE SKIP LOCKED
#: lock
SELECT id FROM customers WHERE id = 1 FOR UPDATE NOWAIT
#: lock
LOCK TABLE customers
#: other
SELECT * FROM secrets
#: other
SELECT token FROM secrets
#: other
SELECT s.token FROM secrets s
#: other
SELECT "token" FROM "secrets"
#: other
SELECT token FROM SECRETS
#: other
SELECT token FROM main.secrets
#: other
SELECT token FROM public.secrets
#: other
SELECT * FROM customers, secrets
#: other
SELECT c.name, s.token FROM customers c CROSS JOIN secrets s
#: other
SELECT c.name FROM customers c JOIN secrets s ON s.id = c.id
#: other
SELECT (SELECT token FROM secrets LIMIT 1) AS name FROM customers
#: other
SELECT name FROM customers WHERE EXISTS (SELECT 1 FROM secrets WHERE token LIKE 'CANARY%')
#: other
SELECT name FROM customers WHERE id IN (SELECT id FROM secrets)
#: other
SELECT name FROM customers UNION SELECT token FROM secrets
#: other
SELECT name FROM customers UNION ALL SELECT token FROM secrets
#: other
SELECT name FROM customers INTERSECT SELECT token FROM secrets
#: other
SELECT token AS name FROM secrets EXCEPT SELECT name FROM customers
#: other
WITH t AS (SELECT token FROM secrets) SELECT * FROM t
#: other
WITH customers AS (SELECT token AS name FROM secrets) SELECT name FROM customers
#: other
WITH secrets AS (SELECT * FROM secrets) SELECT * FROM secrets
#: other
SELECT * FROM (WITH secrets AS (SELECT 1 AS id) SELECT id FROM secrets) x, secrets
#: other
SELECT * FROM (SELECT * FROM (SELECT token FROM secrets) a) b
#: other
SELECT x.token FROM (SELECT token FROM secrets) AS x
#: other
SELECT name FROM customers ORDER BY (SELECT token FROM secrets LIMIT 1)
#: other
SELECT COUNT(*) FROM customers HAVING COUNT(*) > (SELECT COUNT(*) FROM secrets)
#: other
SELECT CASE WHEN (SELECT token FROM secrets LIMIT 1) LIKE 'C%' THEN 1 ELSE 0 END
#: other
SELECT name FROM customers LIMIT (SELECT COUNT(*) FROM secrets)
#: other
SELECT name FROM customers OFFSET (SELECT COUNT(*) FROM secrets)
#: other
TABLE secrets
#: other
SELECT * FROM ONLY secrets
#: other
SELECT * FROM secrets TABLESAMPLE SYSTEM (100)
#: other
SELECT token FROM customers JOIN LATERAL (SELECT token FROM secrets) l ON 1 = 1
#: hidden
SELECT email FROM customers
#: hidden
SELECT EMAIL FROM customers
#: hidden
SELECT c.email FROM customers c
#: hidden
SELECT customers.email FROM customers
#: hidden
SELECT c."email" AS name FROM customers AS c
#: hidden
SELECT name FROM customers WHERE email LIKE 'CANARY%'
#: hidden
SELECT name FROM customers ORDER BY email
#: hidden
SELECT COUNT(*) FROM customers GROUP BY email
#: hidden
SELECT MAX(email) FROM customers
#: hidden
SELECT COUNT(DISTINCT email) FROM customers
#: hidden
SELECT name FROM customers GROUP BY name HAVING MAX(email) > 'a'
#: hidden
SELECT x FROM (SELECT email AS x FROM customers) t
#: hidden
WITH t AS (SELECT email AS x FROM customers) SELECT x FROM t
#: hidden
WITH t(x) AS (SELECT email FROM customers) SELECT x FROM t
#: hidden
SELECT a.name FROM customers a JOIN customers b USING (email)
#: hidden
SELECT a.name FROM customers a JOIN customers b ON a.email = b.email
#: hidden
SELECT name FROM customers UNION SELECT email FROM customers
#: hidden
SELECT ROW_NUMBER() OVER (ORDER BY email) FROM customers
#: hidden
SELECT FIRST_VALUE(email) OVER (ORDER BY id) FROM customers
#: hidden
SELECT CASE WHEN email LIKE 'CANARY%' THEN 1 END FROM customers
#: hidden
SELECT CAST(email AS TEXT) FROM customers
#: hidden
SELECT name || email FROM customers
#: hidden
SELECT COALESCE(email, name) FROM customers
#: hidden
SELECT LOWER(customers.email) FROM customers
#: hidden
SELECT (SELECT c.email FROM customers c WHERE c.id = o.customer_id) AS x FROM orders o
#: hidden
SELECT 1 FROM orders WHERE EXISTS (SELECT email FROM customers WHERE email > 'a')
#: hidden runs
SELECT * FROM customers
#: hidden runs
SELECT c.* FROM customers c
#: hidden runs
SELECT customers.* FROM customers
#: hidden runs
SELECT * FROM customers a JOIN customers b ON a.id = b.id
#: hidden runs
SELECT * FROM customers NATURAL JOIN orders
#: hidden runs
SELECT * FROM (SELECT * FROM customers) t
#: hidden runs
WITH t AS (SELECT * FROM customers) SELECT * FROM t
#: hidden runs
SELECT COUNT(*) FROM customers a NATURAL JOIN customers b
#: hidden
WITH t(a, b, c, d) AS (SELECT * FROM customers) SELECT d FROM t, (SELECT email FROM customers) u
#: system
SELECT * FROM sqlite_master
#: system
SELECT sql FROM sqlite_schema
#: system
SELECT * FROM information_schema.tables
#: system
SELECT column_name FROM information_schema.columns WHERE table_name = 'secrets'
#: system
SELECT * FROM pg_catalog.pg_class
#: system
SELECT * FROM pg_shadow
#: system
SELECT * FROM mysql.user
#: system
SELECT * FROM performance_schema.threads
#: system
SELECT * FROM duckdb_tables()
#: function
SELECT load_extension('evil')
#: function
SELECT readfile('{file}')
#: function
SELECT pg_read_file('{file}')
#: function
SELECT LOAD_FILE('{file}')
#: function
SELECT * FROM read_csv('{file}')
#: function
SELECT * FROM '{file}'
#: function
SELECT * FROM "{file}"
#: function
SELECT sleep(10)
#: function
SELECT pg_sleep(10)
#: function
SELECT benchmark(1000000000, md5('x'))
#: function
SELECT version()
#: function
SELECT current_user
#: function
SELECT session_user
#: function
SELECT database()
#: function
SELECT repeat('x', 1000000000)
#: function
SELECT lpad('x', 1000000000, 'y')
#: function
SELECT rpad('x', id, 'y') FROM customers
#: function
SELECT space(1000000000)
#: function
SELECT unknown_function(1)
#: function
SELECT sys.fn(1)
#: function
SELECT public.anything(id) FROM customers
#: function
SELECT * FROM generate_series(1, 1000000000)
#: function
SELECT generate_series(1, 1000000000)
#: function
SELECT UNNEST(ARRAY[1, 2, 3])
#: function
SELECT random_bytes(1000000)
#: function
SELECT replace(replace(replace(name, 'a', 'aaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaa') FROM customers
#: function
SELECT replace(name, 'a', name || name) FROM customers
#: file
SELECT 1 INTO OUTFILE '{out}'
#: file
SELECT name FROM customers INTO DUMPFILE '{out}'
#: file
COPY customers TO '{out}'
#: file
ATTACH DATABASE '{out}' AS x
#: file
ATTACH '{out}' AS x
#: file
DETACH main
#: file
VACUUM INTO '{out}'
#: file
EXPORT DATABASE '{out}'
#: file
IMPORT DATABASE '{out}'
#: file
INSTALL httpfs
#: file
LOAD httpfs
#: file
LOAD DATA INFILE '{file}' INTO TABLE customers
#: parameter
SELECT ?
#: parameter
SELECT :name
#: parameter
SELECT $1
#: parameter
SELECT @x := 1
#: parameter
SELECT @@version
#: trick
SELECT/**/token/**/FROM/**/secrets
#: trick
SELECT token FROM/* x */secrets
#: trick
SELECT token -- from customers
FROM secrets
#: trick
/* SELECT */ DELETE FROM customers
#: trick
-- SELECT 1
DELETE FROM customers
#: trick
(((DELETE FROM customers)))
#: trick
SELECT 'a' 'b'; DELETE FROM customers
#: trick
SELECT token FROM secrets
#: trick
SELECT tοken FROM secrets
#: trick
SELECT token FROM ｓｅｃｒｅｔｓ
#: trick
WITH "ſecrets" AS (SELECT 1 AS token) SELECT token FROM secrets
#: trick
WITH "Kecrets" AS (SELECT 1 AS a) SELECT * FROM secrets
#: trick
SELECT е FROM customers
#: trick
SELECT ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
#: trick
SELEKT * FROM customers
#: trick
SELECT
#: trick
SELECT name FROM
#: trick
VALUES (1)
#: trick
'SELECT 1'
#: trick
hello, which customers are there?
#: trick
SELECT name FROM customers LIMIT -1
#: trick
SELECT name FROM customers LIMIT 1e9
#: trick
SELECT name FROM customers LIMIT ALL
#: trick
SELECT name FROM customers LIMIT 10 + 1000000
#: trick
SELECT customers FROM customers
#: trick
SELECT COUNT(c) FROM customers c
#: bomb runs
SELECT COUNT(*) FROM customers a, customers b, customers c, customers d, customers e, customers f, customers g, customers h, customers i, customers j, customers k, customers l
#: bomb runs
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t
#: bomb runs
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 1000000000) SELECT SUM(n) FROM t
#: bomb runs
SELECT a.name FROM customers a, customers b, customers c, customers d, customers e, customers f, customers g, customers h, customers i, customers j, customers k ORDER BY a.name || b.name || k.name
#: hidden runs
SELECT * FROM customers UNION SELECT * FROM customers
#: hidden runs
SELECT * FROM customers WHERE id IN (SELECT id FROM customers) AND EXISTS (SELECT * FROM customers)
#: hidden runs
SELECT * FROM (SELECT * FROM customers) a JOIN (SELECT * FROM customers) b ON a.id = b.id
