"""scheda: a nightly customer-data warehouse on Airflow, dbt, Great Expectations and PostgreSQL."""

__version__ = "0.2.0"
