import psycopg

from tests.postgres import SUPERUSER, Cluster


def test_a_database_made_from_a_template_is_its_own(postgres_cluster: Cluster, worker_id: str) -> None:
    original, copy = f"original_{worker_id}", f"copy_{worker_id}"
    folder = str(postgres_cluster.folder)
    postgres_cluster.create(original)
    with psycopg.connect(host=folder, user=SUPERUSER, dbname=original) as connection:
        connection.execute("CREATE TABLE book (line text)")
    postgres_cluster.create(copy, original)
    with psycopg.connect(host=folder, user=SUPERUSER, dbname=copy) as connection:
        connection.execute("INSERT INTO book VALUES ('Đức')")
    with psycopg.connect(host=folder, user=SUPERUSER, dbname=original) as connection:
        assert connection.execute("SELECT count(*) FROM book").fetchone() == (0,)
    postgres_cluster.drop(copy)
    postgres_cluster.drop(original)


def test_it_has_what_the_book_needs_of_postgresql(postgres_cluster: Cluster) -> None:
    with psycopg.connect(host=str(postgres_cluster.folder), user=SUPERUSER, dbname="postgres") as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT 'Đà' > 'Da' COLLATE \"vi-x-icu\"").fetchone() == (True,)
        connection.rollback()
