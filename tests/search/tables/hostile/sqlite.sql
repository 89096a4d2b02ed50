#: setting
PRAGMA table_info(secrets)
#: setting
PRAGMA database_list
#: setting
PRAGMA trusted_schema = ON
#: setting
PRAGMA query_only = OFF
#: setting
PRAGMA journal_mode = DELETE
#: setting
PRAGMA temp_store_directory = '/tmp'
#: system
SELECT * FROM pragma_table_info('secrets')
#: system
SELECT COUNT(*) FROM pragma_table_info('secrets')
#: system
SELECT name FROM pragma_table_list
#: system
SELECT * FROM pragma_database_list
#: system
SELECT file FROM pragma_database_list()
#: system
SELECT * FROM sqlite_temp_master
#: system
SELECT * FROM temp.sqlite_master
#: system
SELECT * FROM main.sqlite_schema
#: system
SELECT name, seq FROM sqlite_sequence
#: system
SELECT * FROM sqlite_stat1
#: system
SELECT * FROM dbstat
#: system
SELECT * FROM sqlite_dbpage
#: system
SELECT * FROM bytecode('SELECT 1')
#: system
SELECT * FROM tables_used('SELECT 1')
#: file
SELECT * FROM fsdir('/')
#: file
SELECT writefile('{out}', 'x')
#: file
SELECT edit('x')
#: file
SELECT * FROM zipfile('{file}')
#: file
ATTACH DATABASE 'file:{out}?mode=rwc' AS x
#: file
ATTACH ':memory:' AS x
#: file
CREATE VIRTUAL TABLE x USING csv(filename='{file}')
#: file
SELECT fts3_tokenizer('simple')
#: file
SELECT fts3_tokenizer('simple', x'4141414141414141')
#: file
SELECT load_extension('/tmp/x.so', 'init')
#: write
INSERT OR REPLACE INTO customers (id, name) VALUES (1, 'x')
#: write
INSERT INTO customers DEFAULT VALUES
#: write
REINDEX
#: write
ANALYZE
#: write
VACUUM
#: write
CREATE TRIGGER t AFTER INSERT ON customers BEGIN DELETE FROM orders; END
#: write
DROP TABLE sqlite_master
#: write
UPDATE OR IGNORE customers SET name = 'x'
#: function
SELECT zeroblob(1000000000)
#: function
SELECT randomblob(1000000000)
#: function
SELECT hex(zeroblob(100000000))
#: function
SELECT printf('%.*c', 1000000000, 'x')
#: function
SELECT printf('%1000000000d', 1)
#: function
SELECT format('%2000000s', name) FROM customers
#: function
SELECT printf(name, 1) FROM customers
#: function
SELECT printf('%*d', 1000000000, 1)
#: function
SELECT sqlite_version()
#: function
SELECT sqlite_source_id()
#: function
SELECT sqlite_compileoption_get(1)
#: function
SELECT last_insert_rowid()
#: function
SELECT changes()
#: function
SELECT total_changes()
#: function
SELECT sqlite_offset(email) FROM customers
#: function
SELECT json_group_array(email) FROM customers
#: function
SELECT group_concat(email) FROM customers
#: function
SELECT * FROM json_each('[1,2,3]')
#: function
SELECT * FROM json_tree('{"a": 1}')
#: hidden
SELECT rowid, email FROM customers
#: hidden
SELECT [email] FROM customers
#: hidden
SELECT `email` FROM customers
#: hidden
SELECT main.customers.email FROM customers
#: hidden
SELECT name FROM customers WHERE email GLOB 'CANARY*'
#: hidden
SELECT name FROM customers WHERE (id, email) IN (SELECT 1, 'x')
#: hidden
SELECT json_object('a', email) FROM customers
#: hidden
SELECT quote(email) FROM customers
#: hidden
SELECT iif(email > 'a', 1, 0) FROM customers
#: hidden
SELECT name FROM customers INDEXED BY customers_email WHERE email = 'x'
#: hidden
SELECT group_concat(email, ',') FILTER (WHERE email > 'a') FROM customers
#: other
SELECT token FROM "main"."secrets"
#: other
SELECT token FROM temp.secrets
#: other
SELECT token FROM [secrets]
#: other
SELECT token FROM `secrets`
#: other
SELECT token FROM 'secrets'
#: other
SELECT rowid FROM secrets
#: other
SELECT COUNT(*) FROM secrets
#: other
SELECT name FROM customers WHERE id IN secrets
#: other
SELECT 1 FROM secrets NOT INDEXED
#: other
SELECT name FROM customers WHERE name MATCH 'x'
#: trick runs
SELECT name FROM customers WHERE "email2" = name
#: trick
SELECT name FROM customers LIMIT 5, -1
#: trick
SELECT _rowid_ FROM customers
#: trick
SELECT oid FROM customers
#: trick
WITH sqlite_master AS (SELECT 1 AS sql) SELECT sql FROM sqlite_master
#: bomb runs
WITH RECURSIVE t(s) AS (SELECT 'xxxxxxxxxxxxxxxx' UNION ALL SELECT s || s FROM t) SELECT COUNT(*) FROM t
#: bomb runs
WITH RECURSIVE t(n) AS (VALUES(1) UNION SELECT n + 1 FROM t) SELECT n FROM t ORDER BY n DESC
#: bomb runs
WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a LIMIT 100000000) SELECT COUNT(*) FROM a, customers
#: bomb runs
SELECT group_concat(a.name || b.name || c.name || d.name) FROM customers a, customers b, customers c, customers d, customers e, customers f, customers g
#: hidden
SELECT "email" FROM customers
#: trick runs
WITH "SECRETS" AS (SELECT 1 AS token) SELECT token FROM "secrets"
#: trick
SELECT name FROM customers WHERE name = '\'; DROP TABLE customers; --'
#: trick
SELECT name FROM customers WHERE name = "\"; DROP TABLE customers; --"
#: trick
SELECT CAST(name AS VARCHAR(100000000)) FROM customers
#: trick runs
SELECT name FROM customers WHERE name = 'x' OR 1 = 1; --'
