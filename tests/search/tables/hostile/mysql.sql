#: file
SELECT name FROM customers INTO OUTFILE '{out}'
#: file
SELECT name INTO OUTFILE '{out}' FROM customers
#: file
SELECT name INTO @x FROM customers
#: file
SELECT HEX(LOAD_FILE('{file}'))
#: file
LOAD DATA LOCAL INFILE '{file}' INTO TABLE customers
#: file
LOAD XML INFILE '{file}' INTO TABLE customers
#: file
SOURCE /etc/passwd
#: file
INSTALL PLUGIN x SONAME 'x.so'
#: file
CREATE FUNCTION f RETURNS STRING SONAME 'x.so'
#: file
CREATE TABLE x (a INT) ENGINE = FEDERATED CONNECTION = 'mysql://127.0.0.1'
#: setting
SET GLOBAL read_only = 0
#: setting
SET SESSION TRANSACTION READ WRITE
#: setting
SET sql_mode = 'ANSI_QUOTES'
#: setting
SELECT @@datadir
#: setting
SELECT @@global.secure_file_priv
#: setting
SELECT @x
#: setting
SELECT @x := email FROM customers
#: setting
SHOW VARIABLES
#: setting
SHOW GRANTS
#: setting
SHOW CREATE TABLE secrets
#: setting
FLUSH TABLES
#: setting
KILL 1
#: setting
HANDLER secrets OPEN
#: setting
RESET MASTER
#: setting
CHANGE MASTER TO MASTER_HOST = '127.0.0.1'
#: hint
SELECT /*+ SET_VAR(max_execution_time = 0) */ name FROM customers
#: hint
SELECT /*+ MAX_EXECUTION_TIME(0) */ name FROM customers
#: hint
SELECT SQL_CALC_FOUND_ROWS name FROM customers
#: hint
SELECT SQL_NO_CACHE token FROM secrets
#: hint
SELECT STRAIGHT_JOIN token FROM secrets
#: hint
SELECT name FROM customers USE INDEX (x)
#: hint
SELECT name FROM customers PARTITION (p0)
#: hint
SELECT name FROM customers PROCEDURE ANALYSE()
#: lock
SELECT name FROM customers LOCK IN SHARE MODE
#: lock
SELECT GET_LOCK('x', 10)
#: lock
SELECT RELEASE_ALL_LOCKS()
#: call
SELECT SLEEP(60)
#: call
SELECT name FROM customers WHERE SLEEP(1)
#: call
SELECT BENCHMARK(1000000000, SHA2('x', 512))
#: call
SELECT LAST_INSERT_ID(5)
#: call
SELECT MASTER_POS_WAIT('x', 1)
#: call
SELECT UUID_SHORT()
#: call
SELECT USER()
#: call
SELECT CURRENT_USER()
#: call
SELECT SCHEMA()
#: call
SELECT CONNECTION_ID()
#: call
SELECT ROW_COUNT()
#: call
SELECT FOUND_ROWS()
#: call
SELECT ExtractValue('<a/>', CONCAT('/', (SELECT token FROM secrets)))
#: call
SELECT UpdateXML('<a/>', '/a', '<b/>')
#: call
SELECT NAME_CONST('x', 1)
#: call
SELECT sys_exec('id')
#: call
SELECT sys_eval('id')
#: call
SELECT NEXT VALUE FOR s
#: call
SELECT COMPRESS(REPEAT('x', 100000000))
#: call
SELECT AES_DECRYPT(email, 'x') FROM customers
#: system
SELECT * FROM information_schema.processlist
#: system
SELECT * FROM mysql.`user`
#: system
SELECT host, authentication_string FROM mysql.user
#: system
SELECT * FROM sys.session
#: system
SELECT * FROM `information_schema`.`columns`
#: system
SELECT * FROM innodb_trx
#: hidden
SELECT `email` FROM `customers`
#: hidden
SELECT JSON_OBJECT('a', email) FROM customers
#: hidden
SELECT JSON_ARRAYAGG(email) FROM customers
#: hidden
SELECT GROUP_CONCAT(email SEPARATOR ',') FROM customers
#: hidden
SELECT name FROM customers WHERE email REGEXP 'CANARY'
#: hidden
SELECT name FROM customers WHERE email RLIKE 'C'
#: hidden
SELECT name FROM customers WHERE (email, 1) = ('a', 1)
#: hidden
SELECT shop.customers.email FROM customers
#: hidden
SELECT name FROM customers PROCEDURE x(email)
#: hidden
SELECT name FROM customers ORDER BY email COLLATE utf8mb4_bin
#: hidden
SELECT IF(email > 'a', 1, 0) FROM customers
#: hidden
SELECT IFNULL(email, 1) FROM customers
#: hidden
SELECT ANY_VALUE(email) FROM customers
#: other
SELECT token FROM shop.secrets
#: other
SELECT token FROM `secrets`
#: other
SELECT token FROM secrets AS OF TIMESTAMP '2020-01-01'
#: other
SELECT * FROM customers, LATERAL (SELECT token FROM secrets) x
#: other
SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) t
#: trick
SELECT 1 /*!50000 UNION SELECT token FROM secrets */; DELETE FROM customers
#: trick runs
SELECT name FROM customers /*!50000 UNION SELECT token FROM secrets */
#: trick runs
SELECT name FROM customers WHERE 1 = 1 /*! OR (SELECT 1 FROM secrets) */
#: trick
SELECT token FROM secrets # a remark
#: trick
DELETE FROM customers # SELECT
#: trick
SELECT 'a\' UNION SELECT token FROM secrets -- '
 UNION SELECT token FROM secrets
#: trick
SELECT _utf8'x'; DELETE FROM customers
#: trick
SELECT token FROM secrets PROCEDURE ANALYSE(1, 1)
#: trick
DELIMITER //
#: trick
SELECT 1 \G
#: trick
WITH Secrets AS (SELECT 1 AS token) SELECT token FROM secrets
#: trick
INSERT INTO customers SET name = 'x'
#: trick
REPLACE customers VALUES (1)
#: trick
TABLE secrets LIMIT 1
#: trick
VALUES ROW(1)
#: trick
DO SLEEP(9)
#: hidden runs
SELECT "email" FROM customers
#: trick
WITH "SECRETS" AS (SELECT 1 AS token) SELECT token FROM "secrets"
#: trick runs
SELECT name FROM customers WHERE name = '\'; DROP TABLE customers; --'
#: trick runs
SELECT name FROM customers WHERE name = "\"; DROP TABLE customers; --"
#: trick
SELECT CAST(name AS VARCHAR(100000000)) FROM customers
#: trick
SELECT name FROM customers WHERE name = 'x' OR 1 = 1; --'
